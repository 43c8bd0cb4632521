/**
 * What a diff changed, as the reader should notice it: new passages flash, a
 * new rank carries ▲ or ▼ for a minute.
 */

/** @typedef {import('../shared/types.js').Entry} Entry */
/** @typedef {Record<string, Entry>} Entries */

/** How long a change of rank is marked. */
const MARK_MS = 60_000;

/**
 * Whose own figures changed. A rank or a gap that moved only because another
 * came by is no news of this entry.
 *
 * @param {Entries} before
 * @param {Entries} after
 * @returns {string[]} bibs
 */
export function newsOf(before, after) {
  return Object.keys(after).filter((bib) => {
    const was = before[bib];
    const is = after[bib];
    if (was === is || !is) return false;
    return !was || was.last !== is.last || was.elapsed_ms !== is.elapsed_ms || was.status !== is.status;
  });
}

/** The ranks that entries had before they last moved. */
export class Marks {
  /** @type {Map<string, {rank?: number, ranks?: Record<string, number>, until: number}>} */
  #moved = new Map();

  /**
   * @param {Entries} before
   * @param {Entries} after
   * @param {number} now
   */
  note(before, after, now) {
    for (const [bib, is] of Object.entries(after)) {
      const was = before[bib];
      if (!was || was === is || was.rank === is.rank) continue;
      const from = this.#moved.get(bib) ?? was;
      this.#moved.set(bib, { rank: from.rank, ranks: from.ranks, until: now + MARK_MS });
    }
  }

  /**
   * @param {number} now
   * @returns {boolean} whether a mark has run out
   */
  expire(now) {
    const count = this.#moved.size;
    for (const [bib, { until }] of this.#moved) if (until <= now) this.#moved.delete(bib);
    return this.#moved.size < count;
  }

  /**
   * @param {string} bib
   * @param {Entry | undefined} entry
   * @param {string} category '' for the whole race
   * @returns {number} places won (positive) or lost
   */
  of(bib, entry, category) {
    const from = this.#moved.get(bib);
    const was = category ? from?.ranks?.[category] : from?.rank;
    const is = category ? entry?.ranks?.[category] : entry?.rank;
    return was === undefined || is === undefined ? 0 : was - is;
  }
}
