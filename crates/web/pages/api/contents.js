/**
 * The contents at the side: operations by tag, then schemas; and the filter.
 */

import { make, need } from '../shared/dom.js';
import { t } from './words.js';

/** @typedef {import('./exchange.js').Json} Json */
/** @typedef {import('./exchange.js').Operation} Operation */

/**
 * @param {Json} document
 * @param {Operation[]} operations
 */
export function showContents(document, operations) {
  const groups = document.tags.map((/** @type {Json} */ tag) => {
    const own = operations.filter((it) => it.tag === tag.name);
    return group(tag.name, `#tag-${tag.name}`, own.map(operationLink));
  });
  const names = Object.keys(document.components.schemas);
  const schemas = group(t('schemas'), '#schemas', names.map((name) => link(`#schema-${name}`, name, name)));
  const empty = make('p', 'empty', t('no_match'));
  empty.hidden = true;
  need('#contents nav').replaceChildren(...groups, schemas, empty);
  const field = /** @type {HTMLInputElement} */ (need('#filter'));
  field.addEventListener('input', () => filter(field.value));
  fold();
}

/**
 * @param {string} title
 * @param {string} target
 * @param {HTMLElement[]} links
 */
function group(title, target, links) {
  const block = make('div', 'group');
  const head = make('p', 'title');
  const jump = /** @type {HTMLAnchorElement} */ (make('a', '', title));
  jump.href = target;
  head.append(jump);
  const list = make('ul');
  list.append(...links);
  block.append(head, list);
  return block;
}

/** @param {Operation} operation */
function operationLink({ id, method, path, json }) {
  const item = link(`#${id}`, json.summary, `${id} ${method} ${path} ${json.summary}`);
  const verb = make('span', 'method', method);
  verb.dataset.method = method;
  need('a', item).prepend(verb);
  return item;
}

/**
 * @param {string} target
 * @param {string} text
 * @param {string} words what the filter looks at
 */
function link(target, text, words) {
  const item = make('li');
  item.dataset.words = words.toLowerCase();
  const jump = /** @type {HTMLAnchorElement} */ (make('a', '', text));
  jump.href = target;
  item.append(jump);
  return item;
}

/** @param {string} text */
function filter(text) {
  const wanted = text.trim().toLowerCase();
  let found = 0;
  for (const block of document.querySelectorAll('#contents .group')) {
    const items = /** @type {NodeListOf<HTMLElement>} */ (block.querySelectorAll('li'));
    let shown = 0;
    for (const item of items) {
      item.hidden = !item.dataset.words?.includes(wanted);
      if (!item.hidden) shown += 1;
    }
    /** @type {HTMLElement} */ (block).hidden = shown === 0;
    found += shown;
  }
  need('#contents .empty').hidden = found > 0;
}

/** On a narrow screen the contents are closed, and close behind a choice. */
function fold() {
  const contents = /** @type {HTMLDetailsElement} */ (need('#contents'));
  const wide = matchMedia('(min-width: 1100px)');
  const follow = () => (contents.open = wide.matches);
  wide.addEventListener('change', follow);
  follow();
  contents.addEventListener('click', (event) => {
    const target = /** @type {Element} */ (event.target);
    if (!wide.matches && target.closest('nav a')) contents.open = false;
  });
}
