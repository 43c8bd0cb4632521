/**
 * The records of this device, in IndexedDB: one key per record, written with
 * strict durability, so that what is shown as recorded has reached the disk.
 */

/**
 * `open` is a time without a bib; `saved` waits to be sent; `attention` was
 * refused by the server for good; `dismissed` was set aside by hand.
 *
 * @typedef {'open' | 'saved' | 'received' | 'attention' | 'dismissed'} State
 *
 * @typedef {{id: string, type: 'passage_recorded', time: string, bib: string,
 *   checkpoint: string}} Passage
 * @typedef {{id: string, type: 'event_voided', event: string, reason: string}} Voiding
 *
 * @typedef {{n?: number, race: string, fact: Passage | Voiding, state: State,
 *   deviceTime: string, offsetMs: number, seq?: number, detail?: string,
 *   warnings?: string[]}} Kept
 * `n` is the order of recording on this device; without it the record is in
 * memory only. `deviceTime` and `offsetMs` tell how `time` came about.
 */

const DATABASE = 'tasuki-entry';
const VERSION = 1;
const RECORDS = 'records';

export class Store {
  /** @type {Promise<IDBDatabase> | undefined} */
  #database;

  /**
   * @param {string} race
   * @returns {Promise<Kept[]>} in the order of recording
   */
  async ofRace(race) {
    const database = await this.#open();
    const records = database.transaction(RECORDS).objectStore(RECORDS);
    return promised(records.index('race').getAll(race));
  }

  /**
   * Resolves when the record is on the disk.
   *
   * @param {Kept} record
   * @returns {Promise<number>} its place in the order of recording
   */
  async put(record) {
    const database = await this.#open();
    const transaction = database.transaction(RECORDS, 'readwrite', { durability: 'strict' });
    const written = promised(transaction.objectStore(RECORDS).put(record));
    await Promise.all([written, completed(transaction)]);
    return Number(await written);
  }

  /** Some browsers drop the connection while the page sleeps: it is opened anew. */
  #open() {
    this.#database ??= this.#connect().catch((error) => {
      this.#database = undefined;
      throw error;
    });
    return this.#database;
  }

  async #connect() {
    const opening = indexedDB.open(DATABASE, VERSION);
    opening.onupgradeneeded = () => {
      const records = opening.result.createObjectStore(RECORDS, { keyPath: 'n', autoIncrement: true });
      records.createIndex('race', 'race');
    };
    const database = await promised(opening);
    const forget = () => {
      this.#database = undefined;
    };
    database.onclose = forget;
    database.onversionchange = () => {
      database.close();
      forget();
    };
    return database;
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
function completed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}
