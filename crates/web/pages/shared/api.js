/**
 * The JSON that the pages fetch.
 */

/** A spectator's network may be slow; after this it is down. */
const TIMEOUT_MS = 10_000;

/** An answer that is not a success. */
export class HttpError extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`the server answered ${status}`);
    this.status = status;
  }
}

/**
 * @template T
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<T>}
 */
export async function getJson(path, init = {}) {
  const answer = await fetch(path, { signal: timeout(TIMEOUT_MS), ...init });
  if (!answer.ok) throw new HttpError(answer.status);
  return answer.json();
}

/**
 * `AbortSignal.timeout`, for tablets that do not have it yet.
 *
 * @param {number} ms
 */
export function timeout(ms) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

/** The race that the address names: `/races/{race}` and what is below. */
export function raceOfAddress() {
  return decodeURIComponent(location.pathname.split('/')[2] ?? '');
}
