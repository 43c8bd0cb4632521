/**
 * One leg: its ranking by leg time, then times outside the ranking, then who
 * is running it now.
 */

import { duration, gap } from '../../shared/format.js';
import { nameOf } from '../../shared/names.js';
import { compareBibs, entriesOf, isWanted, runnerOf } from '../context.js';
import { entryItem, label } from '../items.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../../shared/types.js').Split} Split */
/** @typedef {{bib: string, entry: import('../../shared/types.js').Entry, split: Split}} Run */

/** Sorts after every rank; finite, so that two of them compare as equal. */
const UNRANKED = Number.MAX_SAFE_INTEGER;

/**
 * @param {Context} context
 * @returns {import('../items.js').Shown}
 */
export function leg(context) {
  const { t, course, choice } = context;
  const shownLeg = course.legs.find(({ id }) => id === choice.id) ?? course.legs[0];
  const runs = runsOf(context, shownLeg?.end ?? '');
  const best = Math.min(...runs.filter(isRanked).map(({ split }) => split.leg_ms ?? Infinity));
  const wanted = runs.filter(({ bib, entry }) => isWanted(context, bib, entry));
  const outside = wanted.filter((run) => !isRanked(run));
  const running = entriesOf(context)
    .filter(([bib, entry]) => entry.status === 'running' && entry.leg === shownLeg?.id && isWanted(context, bib, entry))
    .sort(([one], [other]) => compareBibs(one, other));
  const items = wanted.filter(isRanked).map((run) => row(context, run, shownLeg?.id, best));
  return {
    items: [
      ...items,
      ...titled('unranked', t('group_unranked'), outside.map((run) => row(context, run, shownLeg?.id, best))),
      ...titled(
        'running',
        t('group_running'),
        running.map(([bib, entry]) => row(context, { bib, entry, split: {} }, shownLeg?.id, best)),
      ),
    ],
    headings: { rank: t('rank'), time: t('time'), gap: t('gap_here'), splits: [], hint: '' },
  };
}

/**
 * @param {string} key
 * @param {string} text
 * @param {import('../items.js').Item[]} items
 */
function titled(key, text, items) {
  return items.length > 0 ? [label(key, text), ...items] : [];
}

/** @param {Run} run */
function isRanked({ split }) {
  return split.leg_rank !== undefined;
}

/**
 * Who has run the leg, the best first.
 *
 * @param {Context} context
 * @param {string} end
 * @returns {Run[]}
 */
function runsOf(context, end) {
  /** @type {Run[]} */
  const runs = [];
  for (const [bib, entry] of entriesOf(context)) {
    const split = entry.splits?.[end];
    if (split?.leg_ms !== undefined) runs.push({ bib, entry, split });
  }
  return runs.sort(
    (one, other) =>
      (one.split.leg_rank ?? UNRANKED) - (other.split.leg_rank ?? UNRANKED) ||
      (one.split.leg_ms ?? 0) - (other.split.leg_ms ?? 0) ||
      compareBibs(one.bib, other.bib),
  );
}

/**
 * The runner's name leads and the team stands below, where runners are known.
 *
 * @param {Context} context
 * @param {Run} run
 * @param {string | undefined} legId
 * @param {number} best
 */
function row(context, { bib, entry, split }, legId, best) {
  const { t, definition, course } = context;
  const team = nameOf(entry.name, bib);
  const runner = runnerOf(context, bib, legId);
  const resolution = definition.resolution_ms;
  const { leg_ms: time, leg_rank: rank } = split;
  const badges = [];
  if (split.record) badges.push({ kind: 'record', text: t(`record_${split.record}`) });
  if (split.reference) badges.push({ kind: 'reference', text: t('reference') });
  const last = entry.splits?.[entry.last ?? ''];
  return entryItem(context, bib, entry, {
    rank: rank === undefined ? '' : String(rank),
    best: rank === 1,
    name: runner || team,
    place: runner ? team : course.pointName(entry.last),
    since: time === undefined && last?.time ? Date.parse(last.time) : 0,
    time: time === undefined ? '' : duration(time, resolution),
    gap: time === undefined || rank === undefined ? '' : time === best ? '–' : gap(time - best, resolution),
    badges,
  });
}
