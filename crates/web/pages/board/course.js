/**
 * The course as the board reads it from the race's definition: where each
 * checkpoint lies, which checkpoint ends which leg, and what all are called.
 */

import { nameOf } from '../shared/names.js';

/** @typedef {import('../shared/types.js').Definition} Definition */

/**
 * @typedef {{id: string, name: string, end: string, start: string}} CourseLeg
 * @typedef {{id: string, name: string, kind: string, leg: string, metres: number}} CoursePoint
 * @typedef {{
 *   points: CoursePoint[],
 *   legs: CourseLeg[],
 *   indexOf: (checkpoint: string | undefined) => number,
 *   pointName: (checkpoint: string | undefined) => string,
 *   legName: (leg: string | undefined) => string,
 * }} Course
 */

/**
 * @param {Definition} definition
 * @param {import('./words.js').T} t
 * @returns {Course}
 */
export function courseOf(definition, t) {
  const { checkpoints } = definition;
  const ends = checkpoints.filter(({ kind }) => kind === 'exchange' || kind === 'finish');
  const legs = ends.map((end, n) => {
    const leg = definition.legs?.[n];
    const id = leg?.id ?? String(n + 1);
    const start = n === 0 ? (checkpoints[0]?.id ?? '') : (ends[n - 1]?.id ?? '');
    return { id, name: nameOf(leg?.name, t('leg_n', { n: id })), end: end.id, start };
  });
  let passed = 0;
  const points = checkpoints.map((point, n) => {
    const leg = legs[Math.min(passed, legs.length - 1)]?.id ?? '1';
    if (point.kind === 'exchange') passed += 1;
    // Without distances the checkpoints stand at even spaces.
    const metres = point.distance_m ?? n;
    return { id: point.id, name: nameOf(point.name, point.id), kind: point.kind, leg, metres };
  });
  const index = new Map(points.map(({ id }, n) => [id, n]));
  const legNames = new Map(legs.map(({ id, name }) => [id, name]));
  return {
    points,
    legs,
    indexOf: (checkpoint) => index.get(checkpoint ?? '') ?? -1,
    pointName: (checkpoint) => points[index.get(checkpoint ?? '') ?? -1]?.name ?? checkpoint ?? '',
    legName: (leg) => legNames.get(leg ?? '') ?? leg ?? '',
  };
}
