/**
 * What this device has recorded for a race: the copy in memory that the page
 * shows and the sender sends, kept in step with the store.
 */

import { uuidV7 } from './uuid.js';

/** @typedef {import('./store.js').Kept} Kept */
/** @typedef {import('./store.js').Passage} Passage */

export class Journal {
  /** @type {Kept[]} in the order of recording */
  records = [];
  #race;
  #store;
  #changed;

  /**
   * @param {string} race
   * @param {import('./store.js').Store} store
   * @param {() => void} changed called after every change
   */
  constructor(race, store, changed) {
    this.#race = race;
    this.#store = store;
    this.#changed = changed;
  }

  async load() {
    this.records = await this.#store.ofRace(this.#race);
    this.#changed();
  }

  /** What waits to be sent, the oldest first. */
  unsent() {
    return this.records.filter(({ state }) => state === 'saved');
  }

  /**
   * @param {{bib: string, checkpoint: string, deviceMs: number, offsetMs: number}} seen
   * @returns {Promise<boolean>} whether the record is on the disk
   */
  recordPassage({ bib, checkpoint, deviceMs, offsetMs }) {
    const time = new Date(deviceMs + offsetMs).toISOString();
    return this.#add({
      race: this.#race,
      fact: { id: uuidV7(), type: 'passage_recorded', time, bib, checkpoint },
      state: bib ? 'saved' : 'open',
      deviceTime: new Date(deviceMs).toISOString(),
      offsetMs,
    });
  }

  /**
   * Withdraws a passage: a further fact where the first may be in the log,
   * and where it cannot be, it is only set aside.
   *
   * @param {Kept} record
   * @param {string} reason
   */
  async withdraw(record, reason) {
    if (record.state === 'open') {
      await this.change(record, { state: 'dismissed' });
      return;
    }
    await this.#add({
      race: this.#race,
      fact: { id: uuidV7(), type: 'event_voided', event: record.fact.id, reason },
      state: 'saved',
      deviceTime: new Date().toISOString(),
      offsetMs: record.offsetMs,
    });
  }

  /**
   * Gives a time its bib; from now on it is a fact.
   *
   * @param {Kept} record
   * @param {string} bib
   */
  async assign(record, bib) {
    if (record.fact.type !== 'passage_recorded' || record.state !== 'open') return;
    await this.change(record, { fact: { ...record.fact, bib }, state: 'saved' });
  }

  /**
   * @param {Kept} record
   * @param {Partial<Kept>} changes
   */
  async change(record, changes) {
    Object.assign(record, changes);
    try {
      record.n = await this.#store.put(record);
    } catch {
      // In memory it is right; after a reload it would be sent once more,
      // which its id makes harmless.
    }
    this.#changed();
  }

  /** The voidings by the passage they withdraw. */
  voidings() {
    /** @type {Map<string, Kept>} */
    const voidings = new Map();
    for (const record of this.records) {
      const { fact, state } = record;
      if (fact.type === 'event_voided' && state !== 'dismissed') voidings.set(fact.event, record);
    }
    return voidings;
  }

  /** The latest passage that still stands, the one that UNDO means. */
  lastStanding() {
    const voidings = this.voidings();
    return this.records.findLast(
      ({ fact, state }) =>
        fact.type === 'passage_recorded' &&
        (state === 'open' || state === 'saved' || state === 'received') &&
        !voidings.has(fact.id),
    );
  }

  /**
   * @param {Kept} record
   * @returns {Promise<boolean>}
   */
  async #add(record) {
    let stored = true;
    try {
      record.n = await this.#store.put(record);
    } catch {
      stored = false;
    }
    this.records.push(record);
    this.#changed();
    return stored;
  }
}
