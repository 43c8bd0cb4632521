/**
 * How long ago, in as many words as help.
 */

const MINUTE_MS = 60_000;

/**
 * @param {number} ms
 * @param {import('./words.js').T} t
 * @returns {string}
 */
export function since(ms, t) {
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 1) return t('now');
  if (minutes < 60) return t('minutes_ago', { n: minutes });
  return t('hours_ago', { h: Math.floor(minutes / 60), m: minutes % 60 });
}
