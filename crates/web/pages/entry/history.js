/**
 * The list of what this device has recorded, the newest first, each with how
 * far it has come.
 */

import { copyOf, need, setText } from '../shared/dom.js';
import { nameOf } from '../shared/names.js';

/** @typedef {import('./store.js').Kept} Kept */

/** Older ones are in the store and in the log; here they would only slow down. */
const SHOWN_MAX = 60;

/** A sign beside the word, so that colour is never alone. */
const SIGNS = { open: '?', saved: '●', sending: '↑', received: '✓', attention: '!', dismissed: '–' };

/**
 * @typedef {{
 *   journal: import('./journal.js').Journal,
 *   sending: Set<Kept>,
 *   names: Map<string, import('../shared/types.js').Name>,
 *   clock: (instant: string) => string,
 *   bib: string,
 *   t: import('./words.js').T,
 *   assign: (record: Kept) => void,
 *   again: (record: Kept) => void,
 *   dismiss: (record: Kept) => void,
 * }} HistoryContext
 */

/**
 * @param {HTMLElement} root
 * @param {HistoryContext} context
 */
export function showHistory(root, context) {
  const { records } = context.journal;
  const voidings = context.journal.voidings();
  const passages = records.filter((record) => record.fact.type === 'passage_recorded' || record.state === 'attention');
  // What needs somebody stays in sight however old it is.
  const needy = (/** @type {Kept} */ { state }) => state === 'attention' || state === 'open';
  const recent = new Set(passages.slice(-SHOWN_MAX));
  const shown = passages.filter((record) => recent.has(record) || needy(record)).reverse();
  root.replaceChildren(...shown.map((record) => listItem(record, voidings.get(record.fact.id), context)));
}

/**
 * @param {Kept} record
 * @param {Kept | undefined} voiding
 * @param {HistoryContext} context
 */
function listItem(record, voiding, context) {
  const { t, names, clock, sending } = context;
  const { fact } = record;
  const item = copyOf('record');
  const state = sending.has(record) ? 'sending' : record.state;
  Object.assign(item.dataset, { id: fact.id, state });
  if (fact.type === 'passage_recorded') {
    item.dataset.bib = fact.bib;
    setText(need('.bib', item), fact.bib || '?');
    setText(need('.name', item), fact.bib ? nameOf(names.get(fact.bib), '—') : t('no_bib'));
    setText(need('.when', item), clock(fact.time));
  } else {
    setText(need('.name', item), t('undo'));
  }
  setText(need('.sign', item), SIGNS[state]);
  setText(need('.word', item), t(`state_${state}`, { seq: record.seq ?? '' }));
  const notes = [record.detail ?? '', ...(record.warnings ?? [])].filter(Boolean);
  if (voiding) {
    item.dataset.voided = voiding.state;
    notes.unshift(t(voiding.state === 'received' ? 'voided' : 'voiding'));
  }
  setText(need('.notes', item), notes.join(' · '));
  wire(item, record, state, context);
  return item;
}

/**
 * @param {HTMLElement} item
 * @param {Kept} record
 * @param {string} state
 * @param {HistoryContext} context
 */
function wire(item, record, state, { t, bib, assign, again, dismiss }) {
  const actions = need('.actions', item);
  actions.hidden = state !== 'attention' && state !== 'open';
  if (actions.hidden) return;
  const first = /** @type {HTMLButtonElement} */ (need('.first', item));
  const second = need('.second', item);
  setText(second, t('dismiss'));
  second.onclick = () => dismiss(record);
  if (state === 'attention') {
    setText(first, t('again'));
    first.onclick = () => again(record);
  } else {
    setText(first, bib ? t('assign', { bib }) : t('assign_hint'));
    first.disabled = !bib;
    first.onclick = () => assign(record);
  }
}
