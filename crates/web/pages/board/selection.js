/**
 * Which part of a large race the stream carries. Up to a thousand entries all
 * of them come; above, the top, or those that were searched for.
 */

import { nameOf } from '../shared/names.js';

/** From here on the server sends the top only. */
const WHOLE_MAX = 1000;

/** How many it sends then. */
export const TOP = 100;

/** So many searched entries are shown at most. */
const FOUND_MAX = 50;

/** @typedef {import('../shared/types.js').Definition} Definition */

/** @param {Definition} definition */
export function isLarge(definition) {
  return (definition.entries?.length ?? 0) > WHOLE_MAX;
}

/**
 * The address of the stream for what is chosen.
 *
 * @param {Definition} definition
 * @param {string} category '' for all
 * @param {string[]} bibs those searched for, if any
 */
export function streamAddress(definition, category, bibs) {
  const base = `/api/races/${encodeURIComponent(definition.id)}/live`;
  if (!isLarge(definition)) return base;
  if (bibs.length > 0) return `${base}?${new URLSearchParams({ bibs: bibs.join() })}`;
  const selected = new URLSearchParams({ top: String(TOP) });
  if (category) selected.set('category', category);
  return `${base}?${selected}`;
}

/**
 * The bibs that a search means: bibs as they are written, several with commas
 * or spaces between, and names that contain the text.
 *
 * @param {Definition} definition
 * @param {string} query
 * @returns {string[]}
 */
export function bibsFor(definition, query) {
  const text = query.trim().toLowerCase();
  if (!text) return [];
  const bibs = new Set(text.split(/[\s,、]+/));
  const found = (definition.entries ?? []).filter(
    (entry) => bibs.has(entry.bib.toLowerCase()) || nameOf(entry.name).toLowerCase().includes(text),
  );
  return found.slice(0, FOUND_MAX).map(({ bib }) => bib);
}
