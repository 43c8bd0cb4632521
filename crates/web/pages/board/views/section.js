/**
 * One section, a sum of legs such as 往路: who has finished it, by its total.
 */

import { duration, gap } from '../../shared/format.js';
import { compareBibs, entriesOf, isWanted } from '../context.js';
import { entryItem, label } from '../items.js';

/** Sorts after every rank; finite, so that two of them compare as equal. */
const UNRANKED = Number.MAX_SAFE_INTEGER;

/**
 * @param {import('../context.js').Context} context
 * @returns {import('../items.js').Shown}
 */
export function section(context) {
  const { t, choice, definition } = context;
  const resolution = definition.resolution_ms;
  const totals = entriesOf(context).flatMap(([bib, entry]) => {
    const { elapsed_ms: time, rank } = entry.sections?.[choice.id] ?? {};
    return time === undefined ? [] : [{ bib, entry, time, rank }];
  });
  const best = Math.min(...totals.map(({ rank, time }) => (rank === undefined ? Infinity : time)));
  totals.sort(
    (one, other) =>
      (one.rank ?? UNRANKED) - (other.rank ?? UNRANKED) || one.time - other.time || compareBibs(one.bib, other.bib),
  );
  /** @type {import('../items.js').Item[]} */
  const items = [];
  let titled = false;
  for (const { bib, entry, time, rank } of totals) {
    if (!isWanted(context, bib, entry)) continue;
    if (rank === undefined && !titled) items.push(label('unranked', t('group_unranked')));
    titled ||= rank === undefined;
    items.push(
      entryItem(context, bib, entry, {
        rank: rank === undefined ? '' : String(rank),
        best: rank === 1,
        time: duration(time, resolution),
        gap: rank === undefined ? '' : time === best ? '–' : gap(time - best, resolution),
      }),
    );
  }
  return { items, headings: { rank: t('rank'), time: t('time'), gap: t('gap_here'), splits: [], hint: '' } };
}
