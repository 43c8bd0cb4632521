/**
 * How long to wait before trying again: doubling, with a limit, and with full
 * jitter in the upper half, so that a thousand devices never come back as one.
 *
 * @param {number} attempt 0 for the first wait
 * @param {{firstMs: number, maxMs: number}} limits
 * @returns {number} milliseconds
 */
export function backoff(attempt, { firstMs, maxMs }) {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 20));
  return full / 2 + Math.random() * (full / 2);
}
