/**
 * What the reader chose to see, kept in the address so that a link, a reload
 * and the way back show the same.
 */

/** @typedef {import('./context.js').Choice} Choice */
/** @typedef {import('./context.js').ViewKind} ViewKind */

/** @type {ViewKind[]} */
const KINDS = ['overall', 'leg', 'checkpoint', 'section'];

/** @returns {Choice} */
export function choiceOfAddress() {
  const asked = new URLSearchParams(location.search);
  const [view = '', ...rest] = (asked.get('view') ?? '').split(':');
  return {
    kind: KINDS.find((kind) => kind === view) ?? 'overall',
    id: rest.join(':'),
    road: asked.get('order') === 'road',
    category: asked.get('category') ?? '',
    onlyFollowed: asked.has('followed'),
    interval: asked.get('gap') === 'interval',
    query: '',
  };
}

/** @param {Choice} choice */
export function writeAddress(choice) {
  const url = new URL(location.href);
  const view = choice.kind === 'overall' ? '' : `${choice.kind}:${choice.id}`;
  const road = choice.kind === 'checkpoint' && choice.road;
  const values = {
    view,
    order: road ? 'road' : '',
    category: choice.category,
    followed: choice.onlyFollowed ? '1' : '',
    gap: choice.interval ? 'interval' : '',
  };
  for (const [key, value] of Object.entries(values)) {
    if (value) url.searchParams.set(key, value);
    else url.searchParams.delete(key);
  }
  // A colon may stand in a query as it is, and reads better.
  history.replaceState(null, '', url.href.replace(/%3A/g, ':'));
}
