/**
 * The two gaps, which are two things: to the best of those compared, and to
 * the one directly ahead. Both at one checkpoint.
 */

import { gap } from '../shared/format.js';
import { entriesOf } from './context.js';

/** @typedef {import('./context.js').Context} Context */

/**
 * @param {Context} context
 * @returns {(checkpoint: string | undefined, gapMs: number | undefined) => string}
 */
export function gapWriter(context) {
  /** @type {Map<string, number[]>} */
  const known = new Map();
  const resolution = context.definition.resolution_ms;
  return (checkpoint, gapMs) => {
    if (checkpoint === undefined || gapMs === undefined) return '';
    const others = known.get(checkpoint) ?? gapsAt(context, checkpoint);
    known.set(checkpoint, others);
    // Without a category the server's figure is the answer as it stands: the
    // best one need not be among those that this page holds.
    const best = context.choice.category ? others[0] : 0;
    const ahead = context.choice.interval ? others.findLast((other) => other < gapMs) : best;
    const own = gapMs - (ahead ?? gapMs);
    return own === 0 ? '–' : gap(own, resolution);
  };
}

/**
 * The gaps of the ranked entries there, the best first.
 *
 * @param {Context} context
 * @param {string} checkpoint
 * @returns {number[]}
 */
function gapsAt(context, checkpoint) {
  /** @type {number[]} */
  const gaps = [];
  for (const [, entry] of entriesOf(context)) {
    const split = entry.splits?.[checkpoint];
    if (split?.gap_ms !== undefined && split.rank !== undefined) gaps.push(split.gap_ms);
  }
  return gaps.sort((one, other) => one - other);
}
