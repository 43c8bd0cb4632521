/**
 * What the page asks of the server. The session is in a cookie that no script can
 * read: the browser sends it along.
 */

import { getJson, timeout } from '../shared/api.js';

/** Passwords are hashed one after the other: longer than other answers take. */
const TIMEOUT_MS = 20_000;

/**
 * @typedef {{name: string, role: 'admin' | 'recorder', id?: string, race?: string,
 *   checkpoint?: string, ends_at?: string}} Session
 * @typedef {{code: string, detail: string, after: string}} Refusal
 */

/** Who is logged in here; none where nobody is. */
export async function session() {
  try {
    return /** @type {Session} */ (await getJson('/api/session'));
  } catch (error) {
    if (/** @type {{status?: number}} */ (error).status === 401) return null;
    throw error;
  }
}

/**
 * Sends a change. Gives why it was refused; none where it was done.
 *
 * @param {'POST' | 'PUT'} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<Refusal | null>}
 */
export async function send(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body ? { 'Content-Type': 'application/json' } : {},
    body: body && JSON.stringify(body),
    signal: timeout(TIMEOUT_MS),
  });
  if (answer.ok) return null;
  const problem = await answer.json().catch(() => ({}));
  return {
    code: answer.status >= 500 ? 'down' : (problem.code ?? ''),
    detail: problem.detail ?? String(answer.status),
    after: answer.headers.get('Retry-After') ?? '60',
  };
}
