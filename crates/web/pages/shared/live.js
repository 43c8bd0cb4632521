/**
 * The stream of a race: one snapshot, then diffs, over native Server-Sent Events.
 *
 * The browser reconnects by itself and names the last event it saw. This module
 * adds what it does not do: it opens the stream again after a refusal (a 503
 * closes an EventSource for good) and asks for the standings meanwhile; it opens
 * it again after the page was hidden for a while, and when the network returns;
 * and it says in one word how fresh the data are: `polling` is a page without a
 * stream whose standings are a few seconds old, and not one that is cut off.
 */

import { backoff } from './backoff.js';
import { getJson } from './api.js';

/** After a refusal: the first wait and the longest. */
const REOPEN = { firstMs: 2000, maxMs: 60_000 };

/** While the stream is refused, the standings are asked for so often. */
const POLL_MS = 10_000;

/** A break shorter than this is "reconnecting"; longer, the page is offline. */
const OFFLINE_AFTER_MS = 30_000;

/** A page hidden for longer may hold a stream that died unnoticed. */
const HIDDEN_MAX_MS = 20_000;

/** Silence after which the network is tested; keep-alive comments are not seen here. */
const SILENCE_MAX_MS = 90_000;

/**
 * @typedef {'connecting' | 'live' | 'polling' | 'reconnecting' | 'offline'} Connection
 *
 * @typedef {{
 *   onSnapshot: (standings: import('./types.js').Standings) => void,
 *   onDiff: (patch: Record<string, unknown>) => void,
 *   onConnection: (connection: Connection, since: number) => void,
 * }} Listener
 */

export class Live {
  /** @type {EventSource | undefined} */
  #source;
  /** @type {Connection} */
  #connection = 'connecting';
  #since = Date.now();
  #lastEventId = '';
  #lastHeard = Date.now();
  #hiddenAt = 0;
  #refusals = 0;
  #reopenTimer = 0;
  #pollTimer = 0;
  #url;
  #listener;

  /**
   * @param {string} url
   * @param {Listener} listener
   */
  constructor(url, listener) {
    this.#url = url;
    this.#listener = listener;
    document.addEventListener('visibilitychange', () => this.#visibilityChanged());
    window.addEventListener('online', () => this.#open());
    window.addEventListener('offline', () => this.#set('offline'));
    setInterval(() => void this.#watch(), 5000);
    this.#open();
  }

  /**
   * Another selection of the race: its stream begins with its own snapshot.
   *
   * @param {string} url
   */
  select(url) {
    if (url === this.#url) return;
    this.#url = url;
    this.#lastEventId = '';
    clearTimeout(this.#pollTimer);
    this.#pollTimer = 0;
    this.#open();
  }

  #open() {
    clearTimeout(this.#reopenTimer);
    this.#source?.close();
    const source = new EventSource(this.#address());
    this.#source = source;
    this.#lastHeard = Date.now();
    source.addEventListener('open', () => this.#heard());
    source.addEventListener('error', () => this.#failed(source));
    source.addEventListener('bye', () => this.#set('reconnecting'));
    source.addEventListener('snapshot', (event) => {
      this.#heard(event);
      this.#listener.onSnapshot(JSON.parse(event.data));
    });
    source.addEventListener('diff', (event) => {
      this.#heard(event);
      this.#listener.onDiff(JSON.parse(event.data));
    });
  }

  /** A new EventSource knows no last event: the address carries it. */
  #address() {
    if (!this.#lastEventId) return this.#url;
    const joint = this.#url.includes('?') ? '&' : '?';
    return `${this.#url}${joint}last_event_id=${encodeURIComponent(this.#lastEventId)}`;
  }

  /** @param {MessageEvent} [event] */
  #heard(event) {
    if (event) this.#lastEventId = event.lastEventId;
    this.#lastHeard = Date.now();
    this.#refusals = 0;
    clearTimeout(this.#pollTimer);
    this.#pollTimer = 0;
    this.#set('live');
  }

  /** @param {EventSource} source */
  #failed(source) {
    if (source !== this.#source) return;
    this.#set('reconnecting');
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.#reopenTimer);
    this.#reopenTimer = setTimeout(() => this.#open(), backoff(this.#refusals, REOPEN));
    this.#refusals += 1;
    if (this.#pollTimer === 0) void this.#poll();
  }

  /** Streams may be switched off, or all places taken: the page goes on without. */
  async #poll() {
    this.#pollTimer = setTimeout(() => void this.#poll(), POLL_MS * (0.75 + Math.random() / 2));
    if (document.hidden) return;
    const url = this.#url;
    /** @type {Promise<import('./types.js').Standings>} */
    const asked = getJson(url.replace(/\/live(?=\?|$)/, '/standings'));
    const standings = await asked.catch(() => undefined);
    if (url !== this.#url || this.#connection === 'live') return;
    if (standings === undefined) {
      if (this.#connection === 'polling') this.#set('offline');
      return;
    }
    // The stream's last event is older than this: the next one begins anew.
    this.#lastEventId = '';
    this.#listener.onSnapshot(standings);
    this.#connection = 'polling';
    this.#since = Date.now();
    this.#listener.onConnection('polling', this.#since);
  }

  #visibilityChanged() {
    if (document.hidden) {
      this.#hiddenAt = Date.now();
    } else if (this.#connection !== 'live' || Date.now() - this.#hiddenAt > HIDDEN_MAX_MS) {
      this.#open();
    }
  }

  /** Notices a break that lasts, and a silence that may be a dead network. */
  async #watch() {
    const now = Date.now();
    if (this.#connection === 'reconnecting' && now - this.#since > OFFLINE_AFTER_MS) this.#set('offline');
    const silent = this.#connection === 'live' && now - this.#lastHeard > SILENCE_MAX_MS;
    if (!silent || document.hidden) return;
    this.#lastHeard = now;
    try {
      await getJson('/api/time', { cache: 'no-store' });
    } catch {
      this.#set('reconnecting');
      this.#open();
    }
  }

  /**
   * `since` stays the moment the break began while it goes from short to long, and
   * that of the last standings while only the stream is refused.
   *
   * @param {Connection} connection
   */
  #set(connection) {
    if (connection === 'reconnecting' && ['offline', 'polling'].includes(this.#connection)) return;
    if (connection === this.#connection) return;
    if (this.#connection === 'live' || connection === 'live') this.#since = Date.now();
    this.#connection = connection;
    this.#listener.onConnection(connection, this.#since);
  }
}
