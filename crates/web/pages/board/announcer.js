/**
 * What a screen reader hears: seldom, and only of the leader and of those whom
 * the reader follows. The table itself is silent.
 */

import { duration } from '../shared/format.js';
import { nameOf } from '../shared/names.js';

/** One sentence at most in this time. */
const PAUSE_MS = 15_000;

/** So many passages are told together; older ones are old news. */
const TOLD_MAX = 3;

export class Announcer {
  /** @type {Map<string, string>} */
  #waiting = new Map();
  #saidAt = 0;
  #leader = '';
  #element;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
  }

  /**
   * @param {import('./context.js').Context} context
   * @param {string[]} bibs who has news
   */
  note(context, bibs) {
    const { standings, followed, t } = context;
    const leader = leaderOf(standings.entries);
    if (leader && this.#leader && leader !== this.#leader) {
      this.#waiting.set('leader', t('said_leader', { name: nameOf(standings.entries[leader]?.name, leader) }));
    }
    this.#leader = leader ?? this.#leader;
    for (const bib of bibs) {
      if (bib !== leader && !followed.has(bib)) continue;
      this.#waiting.delete(bib);
      this.#waiting.set(bib, passageOf(context, bib));
    }
  }

  /** @param {number} now */
  tick(now) {
    if (this.#waiting.size === 0 || now - this.#saidAt < PAUSE_MS) return;
    this.#element.textContent = [...this.#waiting.values()].slice(-TOLD_MAX).join(' ');
    this.#waiting.clear();
    this.#saidAt = now;
  }
}

/** @param {Record<string, import('../shared/types.js').Entry>} entries */
function leaderOf(entries) {
  return Object.keys(entries).find((bib) => entries[bib]?.rank === 1);
}

/**
 * @param {import('./context.js').Context} context
 * @param {string} bib
 */
function passageOf({ standings, course, definition, t }, bib) {
  const entry = standings.entries[bib];
  const values = { name: nameOf(entry?.name, bib), place: course.pointName(entry?.last) };
  if (entry?.rank === undefined || entry.elapsed_ms === undefined) return t('said_passed_unranked', values);
  const time = duration(entry.elapsed_ms, definition.resolution_ms);
  return t('said_passed', { ...values, rank: entry.rank, time });
}
