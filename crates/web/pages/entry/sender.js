/**
 * Brings what was recorded to the server: in order, in batches, again and
 * again until each record is received or refused for good. Sending twice is
 * harmless, because every fact carries the id that this device gave it.
 */

import { timeout } from '../shared/api.js';
import { backoff } from '../shared/backoff.js';

/** @typedef {import('./store.js').Kept} Kept */

/** Small enough to pass a weak network within the time limit. */
const BATCH_MAX = 100;

const TIMEOUT_MS = 10_000;

const RETRY = { firstMs: 1000, maxMs: 30_000 };

/** A server that asks for patience is given this much at most. */
const RETRY_AFTER_MAX_MS = 60_000;

/** The whole request was not understood: its items are sent one by one. */
const UNREADABLE = new Set([400, 413, 422]);

const REFUSED = new Set([401, 403, 404]);

/**
 * @typedef {{id: string, outcome: 'accepted' | 'duplicate' | 'rejected', seq?: number,
 *   code?: string, detail?: string, warnings?: {code: string, detail?: string}[]}} Outcome
 *
 * @typedef {{kind: 'refused' | 'down', detail: string}} Problem
 */

export class Sender {
  /** @type {Set<Kept>} what is on its way now */
  sending = new Set();
  /** @type {Problem | undefined} why nothing gets through */
  problem;
  #address;
  #token;
  #journal;
  #changed;
  #attempt = 0;
  #timer = 0;
  #batchMax = BATCH_MAX;

  /**
   * @param {string} race
   * @param {() => string} token
   * @param {import('./journal.js').Journal} journal
   * @param {() => void} changed
   */
  constructor(race, token, journal, changed) {
    this.#address = `/api/races/${encodeURIComponent(race)}/events`;
    this.#token = token;
    this.#journal = journal;
    this.#changed = changed;
    window.addEventListener('online', () => this.flush());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.flush();
    });
  }

  /** Sends what waits, unless it is being sent already. */
  flush() {
    if (this.sending.size === 0) void this.#run();
  }

  async #run() {
    clearTimeout(this.#timer);
    for (;;) {
      const batch = this.#journal.unsent().slice(0, this.#batchMax);
      if (batch.length === 0) return;
      this.sending = new Set(batch);
      this.#changed();
      const waitMs = await this.#send(batch).catch(() => this.#failed({ kind: 'down', detail: '' }));
      this.sending = new Set();
      this.#changed();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.flush(), waitMs);
        return;
      }
    }
  }

  /**
   * @param {Kept[]} batch
   * @returns {Promise<number>} how long to wait before the next batch
   */
  async #send(batch) {
    const token = this.#token();
    const answer = await fetch(this.#address, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ events: batch.map(({ fact }) => fact) }),
      signal: timeout(TIMEOUT_MS),
    });
    /** @type {{results?: Outcome[], detail?: string, title?: string}} */
    const body = await answer.json().catch(() => ({}));
    if (Array.isArray(body.results)) return this.#settle(batch, body.results);
    const detail = body.detail ?? body.title ?? String(answer.status);
    if (REFUSED.has(answer.status)) return this.#failed({ kind: 'refused', detail });
    if (UNREADABLE.has(answer.status)) return this.#unreadable(batch, detail);
    const wait = this.#failed({ kind: 'down', detail });
    return Math.max(wait, retryAfter(answer.headers.get('Retry-After')));
  }

  /**
   * @param {Kept[]} batch
   * @param {Outcome[]} outcomes
   */
  async #settle(batch, outcomes) {
    const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
    const settled = batch.filter(({ fact }) => byId.has(fact.id));
    // Nothing was said of any of them: not an answer to rely on.
    if (settled.length === 0) return this.#failed({ kind: 'down', detail: '' });
    await Promise.all(
      settled.map((record) =>
        this.#journal.change(record, changesFor(/** @type {Outcome} */ (byId.get(record.fact.id)))),
      ),
    );
    this.#attempt = 0;
    this.#batchMax = BATCH_MAX;
    this.problem = undefined;
    return 0;
  }

  /**
   * One bad record must not hold up the rest: alone, it is the one refused.
   *
   * @param {Kept[]} batch
   * @param {string} detail
   */
  async #unreadable(batch, detail) {
    const [only] = batch;
    if (batch.length > 1) this.#batchMax = 1;
    else if (only) await this.#journal.change(only, { state: 'attention', detail });
    return 0;
  }

  /**
   * @param {Problem} problem
   * @returns {number}
   */
  #failed(problem) {
    this.problem = problem;
    this.#attempt += 1;
    return backoff(this.#attempt - 1, RETRY);
  }
}

/**
 * @param {Outcome} outcome
 * @returns {Partial<Kept>}
 */
function changesFor({ outcome, seq, code, detail, warnings }) {
  if (outcome === 'rejected') return { state: 'attention', detail: detail ?? code ?? '' };
  const texts = (warnings ?? []).map((warning) => warning.detail ?? warning.code);
  return { state: 'received', seq, detail: undefined, warnings: texts };
}

/**
 * @param {string | null} header seconds; a date is left to the backoff
 * @returns {number} milliseconds
 */
function retryAfter(header) {
  const seconds = Number(header ?? 0);
  return Number.isFinite(seconds) ? Math.min(seconds * 1000, RETRY_AFTER_MAX_MS) : 0;
}
