/**
 * All that a view needs to know, in one record, and what the reader chose.
 *
 * @typedef {'overall' | 'leg' | 'checkpoint' | 'section'} ViewKind
 *
 * @typedef {{kind: ViewKind, id: string, road: boolean, category: string,
 *   onlyFollowed: boolean, interval: boolean, query: string}} Choice
 * `id` is the leg, checkpoint or section; `category` is '' for all.
 *
 * @typedef {{
 *   definition: import('../shared/types.js').Definition,
 *   course: import('./course.js').Course,
 *   standings: import('../shared/types.js').Standings,
 *   members: Map<string, import('../shared/types.js').Member[]>,
 *   followed: Set<string>,
 *   choice: Choice,
 *   t: import('./words.js').T,
 *   clock: (instant: string | number) => string,
 *   clockMinutes: (instant: string | number) => string,
 * }} Context
 */

import { nameOf } from '../shared/names.js';

/** @typedef {[bib: string, entry: import('../shared/types.js').Entry]} BibEntry */

const bibOrder = new Intl.Collator(undefined, { numeric: true });

/**
 * The entries of the chosen category, whatever is searched for: ranks and gaps
 * are counted among these.
 *
 * @param {Context} context
 * @returns {BibEntry[]}
 */
export function entriesOf({ standings, choice }) {
  const entries = Object.entries(standings.entries);
  if (!choice.category) return entries;
  return entries.filter(([, entry]) => entry.categories?.includes(choice.category));
}

/**
 * Whether the reader's search and choice leave this entry on the board.
 *
 * @param {Context} context
 * @param {string} bib
 * @param {import('../shared/types.js').Entry} entry
 */
export function isWanted({ choice, followed, members }, bib, entry) {
  if (choice.onlyFollowed && !followed.has(bib)) return false;
  const query = choice.query.trim().toLowerCase();
  if (!query || bib.toLowerCase() === query) return true;
  const names = [nameOf(entry.name), ...(members.get(bib) ?? []).map(({ name }) => nameOf(name))];
  return names.some((name) => name.toLowerCase().includes(query));
}

/**
 * A place within the chosen category, or within the whole race.
 *
 * @param {Context} context
 * @param {{rank?: number, ranks?: Record<string, number>} | undefined} figures
 * @returns {number | undefined}
 */
export function rankOf({ choice }, figures) {
  return choice.category ? figures?.ranks?.[choice.category] : figures?.rank;
}

/**
 * @param {Context} context
 * @param {string} bib
 * @param {string | undefined} leg
 * @returns {string} the name of who runs that leg, '' where it is not known
 */
export function runnerOf({ members }, bib, leg) {
  return nameOf(members.get(bib)?.find((member) => member.leg === leg)?.name);
}

/**
 * @param {string} one
 * @param {string} other
 */
export function compareBibs(one, other) {
  return bibOrder.compare(one, other);
}
