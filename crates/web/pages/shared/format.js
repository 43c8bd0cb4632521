/**
 * Times as readers of results write them, from integer milliseconds.
 */

import { lang } from './i18n.js';

const SECOND_MS = 1000;

/**
 * `1:02:03`, `9:05`; with the digits after the second that the race is timed to.
 *
 * @param {number} ms not negative
 * @param {number} [resolutionMs]
 * @returns {string}
 */
export function duration(ms, resolutionMs = SECOND_MS) {
  const seconds = Math.floor(ms / SECOND_MS);
  const h = Math.floor(seconds / 3600);
  const m = Math.floor(seconds / 60) % 60;
  const s = String(seconds % 60).padStart(2, '0');
  const whole = h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
  return whole + fraction(ms % SECOND_MS, resolutionMs);
}

/**
 * @param {number} ms below a second
 * @param {number} resolutionMs
 */
function fraction(ms, resolutionMs) {
  if (resolutionMs >= SECOND_MS) return '';
  const digits = resolutionMs >= 100 ? 1 : resolutionMs >= 10 ? 2 : 3;
  return '.' + String(ms).padStart(3, '0').slice(0, digits);
}

/**
 * `+1:23`, `−0:05`, `±0`.
 *
 * @param {number} ms
 * @param {number} [resolutionMs]
 * @returns {string}
 */
export function gap(ms, resolutionMs = SECOND_MS) {
  if (ms === 0) return '±0';
  return (ms > 0 ? '+' : '−') + duration(Math.abs(ms), resolutionMs);
}

/**
 * Writes instants as clock times of the race's place, `10:42:07`.
 *
 * @param {string | undefined} timeZone
 * @param {{seconds?: boolean}} [options]
 * @returns {(instant: string | number) => string}
 */
export function clockTime(timeZone, { seconds = true } = {}) {
  const digits = /** @type {const} */ ('2-digit');
  const format = (/** @type {string | undefined} */ zone) =>
    new Intl.DateTimeFormat(lang, {
      hour: digits,
      minute: digits,
      ...(seconds && { second: digits }),
      hourCycle: 'h23',
      timeZone: zone,
    });
  let writer;
  try {
    writer = format(timeZone);
  } catch {
    // A zone that this browser does not know: the reader's own clock.
    writer = format(undefined);
  }
  return (instant) => writer.format(new Date(instant));
}
