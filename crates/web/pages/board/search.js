/**
 * The search field. In a race that the page holds whole it filters as one
 * types; in a larger one it asks for the stream of those who were found.
 */

import { need, setText } from '../shared/dom.js';
import { TOP, bibsFor, isLarge } from './selection.js';

/** @typedef {import('../shared/types.js').Definition} Definition */

export class Search {
  /** What a search found in a race that is not held whole; empty for the top. */
  /** @type {string[]} */
  bibs = [];

  /** @type {(query: string, bibs: string[]) => void} */
  onSearch = () => undefined;

  /** @type {Definition | undefined} */
  #definition;
  #form;
  #field;
  #selection;
  #t;

  /**
   * @param {HTMLElement} form
   * @param {HTMLElement} selection the line that says what is shown
   * @param {import('./words.js').T} t
   */
  constructor(form, selection, t) {
    this.#form = form;
    this.#field = /** @type {HTMLInputElement} */ (need('input', form));
    this.#selection = selection;
    this.#t = t;
    this.#field.addEventListener('input', () => this.#typed());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#find(this.#field.value);
      this.#field.blur();
    });
    need('button', selection).addEventListener('click', () => {
      this.#field.value = '';
      this.#find('');
    });
  }

  /**
   * Says which part of a large race is shown.
   *
   * @param {Definition} definition
   * @param {number} shown how many entries the stream carries
   */
  showSelection(definition, shown) {
    this.#definition = definition;
    const large = isLarge(definition);
    need('button', this.#form).hidden = !large;
    this.#selection.hidden = !large;
    if (!large) return;
    const found = this.bibs.length > 0;
    const total = definition.entries?.length ?? 0;
    setText(need('.text', this.#selection), this.#t(found ? 'found_shown' : 'top_shown', { n: shown, total }));
    const back = need('button', this.#selection);
    back.hidden = !found;
    setText(back, this.#t('back_to_top', { n: TOP }));
  }

  /** Back to the top, without asking for it: somebody else chooses the stream. */
  clear() {
    this.#field.value = '';
    this.bibs = [];
  }

  #typed() {
    const large = this.#definition && isLarge(this.#definition);
    if (!large) this.onSearch(this.#field.value, []);
    else if (!this.#field.value) this.#find('');
  }

  /** @param {string} query */
  #find(query) {
    if (!this.#definition || !isLarge(this.#definition)) return;
    this.bibs = bibsFor(this.#definition, query);
    // A search that found nobody leaves the top, filtered to nothing.
    this.onSearch(this.bibs.length > 0 ? '' : query, this.bibs);
  }
}
