/**
 * This device's clock, corrected to the server's. The offset is measured again
 * and again, and remembered, so that a page opened without a network still
 * knows the one of before.
 */

import { measureOffset } from '../shared/clock.js';
import { recall, remember } from '../shared/storage.js';

const KEY = 'tasuki.clock';

/** Round trips per measurement: the shortest one counts. */
const TRIPS = 5;

const MEASURE_EVERY_MS = 60_000;

/** A clock drifts: an old offset gives way even to a less exact new one. */
const OLD_MS = 600_000;

/** How much less exact a new offset may be than the one it replaces. */
const WORSE_MAX = 2;

/** @typedef {import('../shared/clock.js').ClockOffset & {at: number}} Known */

export class DeviceClock {
  /** @type {Known | undefined} */
  known = recalled();
  #measuring = false;
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    setInterval(() => void this.measure(), MEASURE_EVERY_MS);
    window.addEventListener('online', () => void this.measure());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) void this.measure();
    });
    void this.measure();
  }

  get offsetMs() {
    return this.known?.offsetMs ?? 0;
  }

  async measure() {
    if (this.#measuring) return;
    this.#measuring = true;
    const measured = await measureOffset(TRIPS);
    this.#measuring = false;
    const { known } = this;
    if (!measured) return;
    const keep = known && Date.now() - known.at < OLD_MS && measured.errorMs > known.errorMs * WORSE_MAX;
    if (keep) return;
    this.known = { ...measured, at: Date.now() };
    remember(KEY, JSON.stringify(this.known));
    this.#changed();
  }
}

/**
 * When an input event happened, by this device's clock: before its handler
 * ran, which on a busy tablet may be much later.
 *
 * @param {Event} event
 * @returns {number} milliseconds since 1970
 */
export function instantOf(event) {
  const late = performance.now() - event.timeStamp;
  return Math.round(Date.now() - Math.max(0, late));
}

/** @returns {Known | undefined} */
function recalled() {
  try {
    const known = JSON.parse(recall(KEY) ?? '');
    return Number.isFinite(known.offsetMs) ? known : undefined;
  } catch {
    return undefined;
  }
}
