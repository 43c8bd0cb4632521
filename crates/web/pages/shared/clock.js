/**
 * The server's clock as this device can know it.
 *
 * Of several round trips to `/api/time` the shortest is believed: its answer
 * was written half a trip ago, and the error is at most that half.
 */

import { getJson, timeout } from './api.js';

/** A trip longer than this says nothing useful about the clock. */
const TRIP_MAX_MS = 3000;

/**
 * `offsetMs` is to be added to this device's clock; `errorMs` bounds the error.
 *
 * @typedef {{offsetMs: number, errorMs: number}} ClockOffset
 */

/**
 * @param {number} trips how many round trips to make
 * @returns {Promise<ClockOffset | undefined>} nothing where no trip succeeded
 */
export async function measureOffset(trips) {
  /** @type {ClockOffset | undefined} */
  let best;
  for (let trip = 0; trip < trips; trip += 1) {
    const measured = await measureOnce().catch(() => undefined);
    if (measured && (!best || measured.errorMs < best.errorMs)) best = measured;
  }
  return best;
}

/** @returns {Promise<ClockOffset>} */
async function measureOnce() {
  const sent = performance.now();
  /** @type {{now: string}} */
  const { now } = await getJson('/api/time', { cache: 'no-store', signal: timeout(TRIP_MAX_MS) });
  const received = performance.now();
  const errorMs = (received - sent) / 2;
  const offsetMs = Math.round(Date.parse(now) + errorMs - Date.now());
  if (Number.isNaN(offsetMs)) throw new Error('the server sent no time');
  return { offsetMs, errorMs: Math.ceil(errorMs) };
}
