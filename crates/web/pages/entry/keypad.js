/**
 * The keypad: acts when a key is touched, not when it is let go, and works
 * with a keyboard as well. It knows the bib as typed so far.
 */

import { make, need } from '../shared/dom.js';

/** A touch that follows so soon on the same key is the same touch. */
const BOUNCE_MS = 80;

/** As long as a bib may be. */
const BIB_MAX = 16;

/** More letters than this do not fit; they can be typed on a keyboard. */
export const LETTERS_MAX = 12;

const BIB_CHARACTER = /^[^\s/\p{C}]$/u;

/**
 * @typedef {{changed: (bib: string) => void, record: (event: Event) => void,
 *   undo: () => void}} Actions
 */

export class Keypad {
  bib = '';
  #actions;
  #lastKey = '';
  #lastAt = 0;
  #root;

  /**
   * @param {HTMLElement} root
   * @param {Actions} actions
   */
  constructor(root, actions) {
    this.#root = root;
    this.#actions = actions;
    root.addEventListener('pointerdown', (event) => this.#touched(event));
    // A key is not to hold the keyboard's focus, or Enter would press it again.
    root.addEventListener('mousedown', (event) => event.preventDefault());
    // Without a pointer (keyboard, screen reader) a key is clicked.
    root.addEventListener('click', (event) => {
      if (event.detail === 0) this.#press(keyOf(event), event);
    });
    window.addEventListener('keydown', (event) => this.#typed(event));
  }

  /** @param {string[]} letters */
  showLetters(letters) {
    const group = need('.letters', this.#root);
    group.hidden = letters.length === 0;
    group.replaceChildren(
      ...letters.map((letter) => {
        const key = /** @type {HTMLButtonElement} */ (make('button', 'key', letter));
        key.type = 'button';
        key.dataset.key = letter;
        return key;
      }),
    );
  }

  clear() {
    this.#set('');
  }

  /** @param {PointerEvent} event */
  #touched(event) {
    if (event.button !== 0) return;
    const key = keyOf(event);
    const bounced = key === this.#lastKey && event.timeStamp - this.#lastAt < BOUNCE_MS;
    this.#lastKey = key;
    this.#lastAt = event.timeStamp;
    if (!bounced) this.#press(key, event);
  }

  /** @param {KeyboardEvent} event */
  #typed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = /** @type {Element} */ (event.target);
    if (this.#root.closest('[hidden]') || target.closest('input, select, textarea')) return;
    // A focused button is pressed by these keys itself.
    if (target.closest('button, a, summary') && (event.key === 'Enter' || event.key === ' ')) return;
    if (event.key === 'Enter' && !event.repeat) this.#press('record', event);
    else if (event.key === 'Backspace') this.#press('delete', event);
    else if (event.key === 'Escape') this.#press('clear', event);
    else if (BIB_CHARACTER.test(event.key)) this.#press(event.key, event);
    else return;
    event.preventDefault();
  }

  /**
   * @param {string} key
   * @param {Event} event
   */
  #press(key, event) {
    if (key === 'record') this.#actions.record(event);
    else if (key === 'undo') this.#actions.undo();
    else if (key === 'delete') this.#set(this.bib.slice(0, -1));
    else if (key === 'clear') this.#set('');
    else if (key && this.bib.length < BIB_MAX) this.#set(this.bib + key);
  }

  /** @param {string} bib */
  #set(bib) {
    this.bib = bib;
    this.#actions.changed(bib);
  }
}

/** @param {Event} event */
function keyOf(event) {
  const key = /** @type {Element} */ (event.target).closest('[data-key]');
  return key instanceof HTMLElement ? (key.dataset.key ?? '') : '';
}
