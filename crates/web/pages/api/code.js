/**
 * A text to be copied.
 */

import { make, need } from '../shared/dom.js';
import { t } from './words.js';

/** So long the button says that it has copied. */
const SAID_MS = 2000;

/**
 * @param {string} text
 * @param {string} label what a screen reader calls it
 */
export function code(text, label) {
  const block = make('div', 'code');
  const shown = make('pre', '', text);
  // Wide lines are scrolled, by keyboard too.
  shown.tabIndex = 0;
  shown.setAttribute('role', 'region');
  shown.setAttribute('aria-label', label);
  const button = /** @type {HTMLButtonElement} */ (make('button', 'copy', t('copy')));
  button.type = 'button';
  button.setAttribute('aria-label', `${t('copy')}: ${label}`);
  button.addEventListener('click', () => copy(shown.textContent ?? '', button));
  block.append(button, shown);
  return block;
}

/** @param {unknown} json */
export function pretty(json) {
  return typeof json === 'string' ? json : JSON.stringify(json, null, 2);
}

/**
 * @param {string} text
 * @param {HTMLElement} button
 */
async function copy(text, button) {
  let said = t('copied');
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Not a secure context, or forbidden.
    said = t('copy_failed');
  }
  button.textContent = said;
  need('#announcer').textContent = said;
  setTimeout(() => (button.textContent = t('copy')), SAID_MS);
}
