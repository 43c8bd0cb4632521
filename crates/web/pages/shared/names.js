/**
 * Names on the wire: plain text, or one text per language.
 */

import { lang } from './i18n.js';

/** @typedef {import('./types.js').Name} Name */

/**
 * The name in the reader's language, else in the other one, else `otherwise`.
 *
 * @param {Name | undefined} name
 * @param {string} [otherwise]
 * @returns {string}
 */
export function nameOf(name, otherwise = '') {
  if (typeof name === 'string') return name;
  if (!name) return otherwise;
  return name[lang] ?? name.en ?? name.ja ?? otherwise;
}
