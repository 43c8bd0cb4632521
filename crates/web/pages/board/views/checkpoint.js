/**
 * One checkpoint: the ranking there by elapsed time, or the order in which
 * they came along the road. The two differ after waves, time-difference and
 * rolled starts, so the second is named for what it is.
 */

import { duration, gap } from '../../shared/format.js';
import { compareBibs, entriesOf, isWanted, rankOf, runnerOf } from '../context.js';
import { gapWriter } from '../gaps.js';
import { entryItem, label } from '../items.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../../shared/types.js').Split} Split */
/** @typedef {import('../../shared/types.js').Entry} Entry */
/** @typedef {{bib: string, entry: Entry, split: Split}} Passage */

/**
 * @param {Context} context
 * @returns {import('../items.js').Shown}
 */
export function checkpoint(context) {
  const { t, course, choice } = context;
  const point = course.points.find(({ id }) => id === choice.id) ?? course.points[course.points.length - 1];
  const id = point?.id ?? '';
  const passages = passagesAt(context, id);
  const passed = choice.road ? byRoad(context, passages, point?.leg) : byRank(context, passages, id, point?.leg);
  const coming = expectedAt(context, id);
  return {
    items: [...passed, ...(coming.length > 0 ? [label('expected', t('group_expected')), ...coming] : [])],
    headings: choice.road
      ? { rank: t('place'), time: t('clock'), gap: t('gap_here'), splits: [], hint: t('on_the_road_hint') }
      : { rank: t('rank'), time: t('time'), gap: t(choice.interval ? 'interval' : 'gap'), splits: [], hint: '' },
  };
}

/**
 * @param {Context} context
 * @param {string} id
 * @returns {Passage[]}
 */
function passagesAt(context, id) {
  /** @type {Passage[]} */
  const passages = [];
  for (const [bib, entry] of entriesOf(context)) {
    const split = entry.splits?.[id];
    if (split) passages.push({ bib, entry, split });
  }
  return passages;
}

/**
 * @param {Context} context
 * @param {Passage[]} passages
 * @param {string} id
 * @param {string | undefined} leg
 */
function byRank(context, passages, id, leg) {
  const { t, definition } = context;
  const writeGap = gapWriter(context);
  const place = (/** @type {Passage} */ { split }) => rankOf(context, split) ?? Infinity;
  const ordered = [...passages].sort(
    (one, other) => compare(place(one), place(other)) || compareRoad(one, other),
  );
  /** @type {import('../items.js').Item[]} */
  const items = [];
  let titled = false;
  for (const passage of ordered) {
    const { bib, entry, split } = passage;
    if (!isWanted(context, bib, entry)) continue;
    const rank = rankOf(context, split);
    if (rank === undefined && !titled) items.push(label('unranked', t('group_unranked')));
    titled ||= rank === undefined;
    const time = split.elapsed_ms;
    items.push(
      entryItem(context, bib, entry, {
        rank: rank === undefined ? '' : String(rank),
        best: rank === 1,
        place: split.time ? context.clock(split.time) : '',
        detail: runnerOf(context, bib, leg),
        time: time === undefined ? '' : duration(time, definition.resolution_ms),
        gap: rank === undefined ? '' : writeGap(id, split.gap_ms),
      }),
    );
  }
  return items;
}

/**
 * @param {Context} context
 * @param {Passage[]} passages
 * @param {string | undefined} leg
 */
function byRoad(context, passages, leg) {
  const { t, definition } = context;
  const ordered = [...passages].sort(compareRoad);
  const first = Date.parse(ordered[0]?.split.time ?? '');
  const wanted = ordered.filter(({ bib, entry }) => isWanted(context, bib, entry));
  return wanted.map(({ bib, entry, split }) => {
    const rank = rankOf(context, split);
    const behind = Date.parse(split.time ?? '') - first;
    return entryItem(context, bib, entry, {
      rank: split.order === undefined ? '' : String(split.order),
      place: rank === undefined ? '' : t('rank_n', { n: rank }),
      detail: runnerOf(context, bib, leg),
      time: split.time ? context.clock(split.time) : '',
      gap: Number.isNaN(behind) ? '' : behind === 0 ? '–' : gap(behind, definition.resolution_ms),
    });
  });
}

/**
 * Who is on the way there, the first expected first.
 *
 * @param {Context} context
 * @param {string} id
 */
function expectedAt(context, id) {
  const { t, clockMinutes, course } = context;
  const coming = entriesOf(context).filter(
    ([bib, entry]) => entry.next?.checkpoint === id && entry.status === 'running' && isWanted(context, bib, entry),
  );
  const instant = (/** @type {Entry} */ entry) => Date.parse(entry.next?.expected ?? '') || Infinity;
  coming.sort(([bib, one], [otherBib, other]) => compare(instant(one), instant(other)) || compareBibs(bib, otherBib));
  return coming.map(([bib, entry]) =>
    entryItem(context, bib, entry, {
      place: course.pointName(entry.last),
      since: Date.parse(entry.splits?.[entry.last ?? '']?.time ?? '') || 0,
      time: entry.next?.expected ? t('expected', { time: clockMinutes(entry.next.expected) }) : '',
    }),
  );
}

/**
 * @param {Passage} one
 * @param {Passage} other
 */
function compareRoad(one, other) {
  return compare(one.split.order ?? Infinity, other.split.order ?? Infinity) || compareBibs(one.bib, other.bib);
}

/**
 * Numbers in order; two that are not known (`Infinity`) are alike.
 *
 * @param {number} one
 * @param {number} other
 */
function compare(one, other) {
  return one === other ? 0 : one < other ? -1 : 1;
}
