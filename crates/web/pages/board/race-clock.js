/**
 * What time it is in the race.
 *
 * In a race that is being run that is the time of day. A race that is replayed
 * or entered afterwards lies in the past: there the newest passage is the
 * present, and time goes on from when the server received the last fact.
 */

/** Passages that arrive later than this after they happened are history. */
const LATE_MS = 2 * 3_600_000;

/**
 * @param {import('../shared/types.js').Standings | undefined} standings
 * @param {number} now the time of day, milliseconds
 * @returns {number}
 */
export function raceNow(standings, now) {
  if (!standings?.as_of) return now;
  let newest = -Infinity;
  for (const entry of Object.values(standings.entries)) {
    for (const { time } of Object.values(entry.splits ?? {})) {
      if (time) newest = Math.max(newest, Date.parse(time));
    }
  }
  const received = Date.parse(standings.as_of);
  const history = received - newest > LATE_MS;
  return history && Number.isFinite(newest) ? newest + (now - received) : now;
}
