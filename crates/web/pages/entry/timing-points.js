/**
 * Where passages are recorded: at checkpoints, and at places that a course
 * with laps visits several times.
 */

/** @typedef {import('../shared/types.js').Definition} Definition */
/** @typedef {import('../shared/types.js').Name} Name */

/**
 * In course order; a place stands once, at its first visit.
 *
 * @param {Definition} definition
 * @returns {{id: string, name?: Name}[]}
 */
export function timingPoints(definition) {
  /** @type {Map<string, {id: string, name?: Name}>} */
  const points = new Map();
  for (const { id, place, name } of definition.checkpoints) {
    // A place has no name of its own: that of one of its laps would mislead.
    const point = place ? { id: place } : { id, name };
    if (!points.has(point.id)) points.set(point.id, point);
  }
  return [...points.values()];
}
