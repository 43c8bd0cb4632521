/**
 * The reader's language and the words of a page.
 *
 * A page keeps its words in flat dictionaries, one per language, with the same
 * keys; `{name}` in a text is a place for a value. `?lang=` overrules the
 * browser's setting, so that a link can carry a language.
 */

/** @typedef {'ja' | 'en'} Lang */

/** @type {Lang} */
export const lang = chooseLanguage();

document.documentElement.lang = lang;

/** @returns {Lang} */
function chooseLanguage() {
  const asked = new URLSearchParams(location.search).get('lang');
  if (asked === 'ja' || asked === 'en') return asked;
  return navigator.language.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}

/**
 * @template {string} Key
 * @param {Record<Lang, Record<Key, string>>} words
 * @returns {(key: Key, values?: Record<string, string | number>) => string}
 */
export function translator(words) {
  const own = words[lang];
  return (key, values) => {
    if (!values) return own[key];
    return own[key].replace(/\{(\w+)\}/g, (_, place) => String(values[place] ?? ''));
  };
}

/**
 * Fills in the words that the HTML names: `data-t` for an element's text,
 * `data-t-label` for its accessible name, `data-t-placeholder` for a field's hint.
 *
 * @template {string} Key
 * @param {ParentNode} root
 * @param {(key: Key) => string} t
 */
export function translate(root, t) {
  for (const element of root.querySelectorAll('[data-t], [data-t-label], [data-t-placeholder]')) {
    const { t: text, tLabel, tPlaceholder } = /** @type {HTMLElement} */ (element).dataset;
    if (text) element.textContent = t(/** @type {Key} */ (text));
    if (tLabel) element.setAttribute('aria-label', t(/** @type {Key} */ (tLabel)));
    if (tPlaceholder) element.setAttribute('placeholder', t(/** @type {Key} */ (tPlaceholder)));
  }
}
