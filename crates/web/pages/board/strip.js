/**
 * The course as a line: how far the leader is, and how many were last seen at
 * which checkpoint. A picture of what the table says, so hidden from readers.
 */

import { make, need } from '../shared/dom.js';

/** @typedef {import('./context.js').Context} Context */

/** A mark for so many is as large as it gets. */
const LARGE = 20;

/**
 * @param {HTMLElement} element
 * @param {Context} context
 */
export function showStrip(element, { course, standings }) {
  const { points } = course;
  const total = points[points.length - 1]?.metres || 1;
  /** @type {Map<string, number>} */
  const counts = new Map();
  let furthest = 0;
  for (const { last, status } of Object.values(standings.entries)) {
    if (!last || status === 'dsq' || status === 'dnf') continue;
    counts.set(last, (counts.get(last) ?? 0) + 1);
    furthest = Math.max(furthest, course.indexOf(last));
  }
  const at = (/** @type {number} */ metres) => `${(metres / total) * 100}%`;
  need('.run', element).style.width = at(points[furthest]?.metres ?? 0);
  need('.stops', element).replaceChildren(
    ...points.map(({ kind, metres, id }, n) => {
      const count = counts.get(id) ?? 0;
      const stop = make('span', 'stop', count > 0 ? String(count) : '');
      Object.assign(stop.dataset, { kind, state: count > 0 ? 'taken' : n <= furthest ? 'passed' : 'ahead' });
      if (n === furthest && count > 0) stop.dataset.leader = '';
      stop.style.left = at(metres);
      stop.style.setProperty('--share', String(Math.min(count, LARGE) / LARGE));
      return stop;
    }),
  );
}
