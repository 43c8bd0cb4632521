/**
 * UUIDs of version 7: ordered by the time they were made, and made here, so
 * that a fact has its identity before any network is asked. Works without a
 * secure context, where `crypto.randomUUID` does not exist.
 */

/** The counter has 12 bits; it starts in the lower half to leave room. */
const COUNTER_MAX = 0xfff;
const COUNTER_START_MAX = 0x7ff;

let lastMs = 0;
let counter = 0;

/** @returns {string} */
export function uuidV7() {
  const random = crypto.getRandomValues(new Uint8Array(10));
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = (((random[8] ?? 0) << 8) | (random[9] ?? 0)) & COUNTER_START_MAX;
  } else if (counter === COUNTER_MAX) {
    lastMs += 1;
    counter = 0;
  } else {
    // The same millisecond, or a clock set back: still after the one before.
    counter += 1;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const count = counter.toString(16).padStart(3, '0');
  const tail = [...random.slice(0, 8)];
  tail[0] = 0x80 | ((tail[0] ?? 0) & 0x3f);
  const rest = tail.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}
