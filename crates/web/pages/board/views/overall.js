/**
 * The order of the race: who has passed the later checkpoint is ahead; at the
 * same one the rank there decides, as the server computed it. Entries without
 * a rank follow: those on the course by progress, then those yet to start,
 * then who gave up, was disqualified, never started.
 */

import { duration } from '../../shared/format.js';
import { nameOf } from '../../shared/names.js';
import { compareBibs, entriesOf, isWanted, rankOf, runnerOf } from '../context.js';
import { gapWriter } from '../gaps.js';
import { entryItem, label } from '../items.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../context.js').BibEntry} BibEntry */

/** The latest checkpoints that wide screens show as columns. */
const COLUMNS_MAX = 6;

/**
 * Where an entry without a rank stands.
 *
 * @type {Record<import('../../shared/types.js').Status, number>}
 */
const UNRANKED_ORDER = { running: 1, finished: 1, entered: 2, dnf: 3, dsq: 4, dns: 5 };

/**
 * @param {Context} context
 * @returns {import('../items.js').Shown}
 */
export function overall(context) {
  const { t, course, choice } = context;
  const ordered = entriesOf(context).sort((one, other) => compare(context, one, other));
  const columns = latestPoints(context, ordered);
  const writeGap = gapWriter(context);
  /** @type {import('../items.js').Item[]} */
  const items = [];
  let group = '';
  for (const [bib, entry] of ordered) {
    if (!isWanted(context, bib, entry)) continue;
    const next = groupOf(context, entry);
    if (next.key !== group && (items.length > 0 || next.text)) {
      items.push(label(next.key, next.text, next.text ? 'group' : 'break'));
    }
    group = next.key;
    items.push(row(context, bib, entry, columns, writeGap));
  }
  const whole = !choice.category && !choice.query && !choice.onlyFollowed;
  const headings = {
    rank: t('rank'),
    time: t('time'),
    gap: t(choice.interval ? 'interval' : 'gap'),
    splits: columns.map((checkpoint) => course.pointName(checkpoint)),
    hint: '',
  };
  return { items: whole ? withCutlines(context, items) : items, headings };
}

/**
 * @param {Context} context
 * @param {BibEntry} one
 * @param {BibEntry} other
 */
function compare(context, [bib, entry], [otherBib, other]) {
  const rank = rankOf(context, entry) ?? Infinity;
  const otherRank = rankOf(context, other) ?? Infinity;
  if (rank !== otherRank) return rank < otherRank ? -1 : 1;
  if (rank === Infinity) {
    const byStatus = UNRANKED_ORDER[entry.status ?? 'entered'] - UNRANKED_ORDER[other.status ?? 'entered'];
    if (byStatus !== 0) return byStatus;
  }
  const byProgress = context.course.indexOf(other.last) - context.course.indexOf(entry.last);
  if (byProgress !== 0) return byProgress;
  return arrival(entry) - arrival(other) || compareBibs(bib, otherBib);
}

/** @param {import('../../shared/types.js').Entry} entry */
function arrival(entry) {
  return entry.splits?.[entry.last ?? '']?.order ?? 0;
}

/**
 * Entries that are compared at the same checkpoint stand together; only the
 * groups outside the ranking have a title.
 *
 * @param {Context} context
 * @param {import('../../shared/types.js').Entry} entry
 * @returns {{key: string, text: string}}
 */
function groupOf(context, entry) {
  const { t } = context;
  const status = entry.status ?? 'entered';
  if (rankOf(context, entry) !== undefined) return { key: `at-${entry.last}`, text: '' };
  if (status === 'entered') return { key: 'entered', text: t('group_entered') };
  if (status === 'running' || status === 'finished') return { key: 'unranked', text: t('group_unranked') };
  return { key: 'out', text: t('group_out') };
}

/**
 * @param {Context} context
 * @param {string} bib
 * @param {import('../../shared/types.js').Entry} entry
 * @param {string[]} columns
 * @param {ReturnType<typeof gapWriter>} writeGap
 */
function row(context, bib, entry, columns, writeGap) {
  const { t, course, definition } = context;
  const last = entry.splits?.[entry.last ?? ''];
  const rank = rankOf(context, entry);
  const runner = entry.status === 'running' ? runnerOf(context, bib, entry.leg) : '';
  return entryItem(context, bib, entry, {
    rank: rank === undefined ? '' : String(rank),
    best: rank === 1,
    place: course.pointName(entry.last) || t(entry.status ?? 'entered'),
    since: last?.time ? Date.parse(last.time) : 0,
    detail: runner && `${course.legName(entry.leg)} ${runner}`,
    time: entry.elapsed_ms === undefined ? '' : duration(entry.elapsed_ms, definition.resolution_ms),
    gap: rank === undefined ? '' : writeGap(entry.last, entry.gap_ms),
    splits: columns.map((checkpoint) => splitCell(context, entry.splits?.[checkpoint])),
  });
}

/**
 * @param {Context} context
 * @param {import('../../shared/types.js').Split | undefined} split
 * @returns {import('../items.js').SplitCell}
 */
function splitCell(context, split) {
  if (split?.elapsed_ms === undefined) return { text: '', rank: '', best: false };
  const rank = rankOf(context, split);
  return {
    text: duration(split.elapsed_ms, context.definition.resolution_ms),
    rank: rank === undefined ? '' : String(rank),
    best: rank === 1,
  };
}

/**
 * The latest checkpoints that anybody has passed, in course order.
 *
 * @param {Context} context
 * @param {BibEntry[]} entries
 * @returns {string[]}
 */
function latestPoints({ course }, entries) {
  const furthest = entries.reduce((far, [, entry]) => Math.max(far, course.indexOf(entry.last)), 0);
  const passed = course.points.slice(0, furthest + 1).filter(({ kind }) => kind !== 'start');
  return passed.slice(-COLUMNS_MAX).map(({ id }) => id);
}

/**
 * A line below the last entry that is within each cutline.
 *
 * @param {Context} context
 * @param {import('../items.js').Item[]} items
 */
function withCutlines({ t, definition }, items) {
  const shown = [...items];
  for (const { rank, name } of definition.cutlines ?? []) {
    const within = shown.findLastIndex(
      (item) => item.kind === 'entry' && item.rank !== '' && Number(item.rank) <= rank,
    );
    const cut = label(`cut-${rank}`, t('cutline', { name: nameOf(name), rank }), 'cut');
    if (within >= 0) shown.splice(within + 1, 0, cut);
  }
  return shown;
}
