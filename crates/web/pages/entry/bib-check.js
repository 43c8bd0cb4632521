/**
 * What the start list says of the digits typed so far. It advises; it never
 * refuses.
 */

import { nameOf } from '../shared/names.js';

/** @typedef {import('../shared/types.js').DefinedEntry} DefinedEntry */

/**
 * @typedef {'empty' | 'good' | 'partial' | 'unknown' | 'already'} Verdict
 * @typedef {{verdict: Verdict, text: string}} Advice
 */

/** Names shown while several bibs are still possible. */
const CANDIDATES_MAX = 2;

/**
 * @param {string} bib
 * @param {DefinedEntry[]} entries
 * @param {Set<string>} recorded bibs that this device has recorded here
 * @param {import('./words.js').T} t
 * @returns {Advice}
 */
export function checkBib(bib, entries, recorded, t) {
  if (!bib) return { verdict: 'empty', text: t('bib_hint') };
  const exact = entries.find((entry) => entry.bib === bib);
  if (exact && recorded.has(bib)) return { verdict: 'already', text: `${nameOf(exact.name, bib)} · ${t('already')}` };
  if (exact) return { verdict: 'good', text: nameOf(exact.name, bib) };
  if (entries.length === 0) return { verdict: 'partial', text: '' };
  const candidates = entries.filter((entry) => entry.bib.startsWith(bib));
  if (candidates.length === 0) return { verdict: 'unknown', text: t('unknown') };
  if (candidates.length > CANDIDATES_MAX) return { verdict: 'partial', text: t('several', { n: candidates.length }) };
  return { verdict: 'partial', text: candidates.map((entry) => `${entry.bib} ${nameOf(entry.name)}`).join(' · ') };
}

/**
 * The characters besides digits that the race's bibs are made of.
 *
 * @param {DefinedEntry[]} entries
 * @param {number} max
 * @returns {string[]}
 */
export function lettersOf(entries, max) {
  const letters = new Set(entries.flatMap(({ bib }) => [...bib.replace(/[0-9]/g, '')]));
  return [...letters].sort().slice(0, max);
}
