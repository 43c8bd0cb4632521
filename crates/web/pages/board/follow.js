/**
 * Whom the reader follows: kept on the device, per race.
 */

import { recall, remember } from '../shared/storage.js';

/**
 * @param {string} race
 * @returns {Set<string>} bibs
 */
export function recallFollowed(race) {
  try {
    /** @type {unknown} */
    const bibs = JSON.parse(recall(keyOf(race)) ?? '[]');
    return new Set(Array.isArray(bibs) ? bibs.map(String) : []);
  } catch {
    return new Set();
  }
}

/**
 * @param {string} race
 * @param {Set<string>} followed
 * @param {string} bib
 */
export function toggleFollowed(race, followed, bib) {
  if (!followed.delete(bib)) followed.add(bib);
  remember(keyOf(race), JSON.stringify([...followed]));
}

/** @param {string} race */
function keyOf(race) {
  return `tasuki.followed.${race}`;
}
