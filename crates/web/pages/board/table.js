/**
 * The table of the board: one element per item, found again by its key, so
 * that an update touches only what differs.
 *
 * An update comes as items; rows move calmly (see `motion.js`), rows with a
 * new passage flash, and the reader's focus stays where it was.
 */

import { copyOf, make, need, setText } from '../shared/dom.js';
import { flash, place } from './motion.js';

/** @typedef {import('./items.js').Item} Item */
/** @typedef {import('./items.js').EntryItem} EntryItem */

/**
 * `ago` is where "3 min ago" stands, `since` the instant it counts from.
 *
 * @typedef {{element: HTMLElement, written: string, ago: Element | null, since: number}} Row
 */


/**
 * What an update says besides the items: whether rows may move, whose passage
 * is new, by how many places each has moved lately.
 *
 * @typedef {{calm: boolean, changed: Set<string>, marks: (bib: string) => number}} Manner
 */

export class Table {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  #body;
  #t;

  /**
   * @param {HTMLElement} body
   * @param {(bib: string) => void} open called for the row that is chosen
   * @param {import('./words.js').T} t
   */
  constructor(body, open, t) {
    this.#body = body;
    this.#t = t;
    body.addEventListener('click', ({ target }) => {
      const row = /** @type {Element} */ (target).closest('.entry');
      if (row instanceof HTMLElement && row.dataset.bib) open(row.dataset.bib);
    });
  }

  /**
   * @param {Item[]} items
   * @param {Manner} manner
   */
  update(items, { calm, changed, marks }) {
    const focused = this.#body.contains(document.activeElement) ? document.activeElement : undefined;
    const elements = items.map((item) => this.#write(item, item.kind === 'entry' ? marks(item.bib) : 0));
    const kept = new Set(items.map(({ key }) => key));
    for (const [key, { element }] of this.#rows) {
      if (kept.has(key)) continue;
      element.remove();
      this.#rows.delete(key);
    }
    place(this.#body, elements, calm);
    if (focused instanceof HTMLElement && focused.isConnected) focused.focus({ preventScroll: true });
    for (const bib of changed) {
      const row = this.#rows.get(bib);
      if (row) flash(row.element);
    }
  }

  /**
   * Brings "3 min ago" up to date; a text is written only where it differs.
   *
   * @param {(since: number) => string} ago
   */
  tick(ago) {
    for (const row of this.#rows.values()) {
      if (row.ago && row.since) setText(row.ago, ago(row.since));
    }
  }

  /**
   * @param {Item} item
   * @param {number} mark
   * @returns {HTMLElement}
   */
  #write(item, mark) {
    const known = this.#rows.get(item.key);
    const row = known ?? newRow(item);
    const written = JSON.stringify([item, mark]);
    if (row.written !== written) {
      if (item.kind === 'label') writeLabel(row.element, item);
      else this.#writeEntry(row, item, mark);
      row.written = written;
    }
    if (!known) this.#rows.set(item.key, row);
    return row.element;
  }

  /**
   * @param {Row} known
   * @param {EntryItem} item
   * @param {number} mark
   */
  #writeEntry(known, item, mark) {
    const row = known.element;
    known.since = item.since;
    if (!item.since && known.ago) setText(known.ago, '');
    Object.assign(row.dataset, { bib: item.bib, state: item.state, rank: item.rank });
    row.toggleAttribute('data-best', item.best);
    row.toggleAttribute('data-followed', item.followed);
    setText(need('.rank', row), item.rank || '–');
    setText(need('.name', row), item.name);
    setText(need('.bib', row), item.bib);
    setText(need('.place', row), item.place);
    setText(need('.detail', row), item.detail);
    setText(need('.time', row), item.time);
    setText(need('.gap', row), item.gap);
    need('.badges', row).replaceChildren(...item.badges.map(badge));
    need('.splits', row).replaceChildren(...item.splits.map(splitCell));
    writeMark(need('.move', row), mark, this.#t);
  }
}

/**
 * @param {Item} item
 * @returns {Row}
 */
function newRow(item) {
  const element = copyOf(item.kind);
  return { element, written: '', ago: element.querySelector('.since'), since: 0 };
}

/**
 * @param {HTMLElement} row
 * @param {import('./items.js').LabelItem} item
 */
function writeLabel(row, item) {
  row.dataset.variant = item.variant;
  setText(need('.text', row), item.text);
  // A break only draws a line: nothing to read out.
  if (item.variant === 'break') row.setAttribute('aria-hidden', 'true');
}

/** @param {import('./items.js').Badge} item */
function badge({ kind, text, hint }) {
  const element = make('span', 'badge', text);
  element.dataset.kind = kind;
  if (hint) element.title = hint;
  return element;
}

/** @param {import('./items.js').SplitCell} cell */
function splitCell({ text, rank, best }) {
  const element = make('span', 'split');
  element.setAttribute('role', 'cell');
  element.toggleAttribute('data-best', best);
  element.append(make('span', 'split-time', text), make('span', 'split-rank', rank));
  return element;
}

/**
 * `▲2`, `▼1`, read out as words.
 *
 * @param {HTMLElement} cell
 * @param {number} mark
 * @param {import('./words.js').T} t
 */
function writeMark(cell, mark, t) {
  cell.dataset.move = mark > 0 ? 'up' : mark < 0 ? 'down' : '';
  if (mark === 0) {
    cell.replaceChildren();
    return;
  }
  const n = Math.abs(mark);
  const sign = make('span', '', `${mark > 0 ? '▲' : '▼'}${n}`);
  sign.setAttribute('aria-hidden', 'true');
  cell.replaceChildren(sign, make('span', 'visually-hidden', t(mark > 0 ? 'up_n' : 'down_n', { n })));
}
