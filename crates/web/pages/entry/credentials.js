/**
 * What the organiser's link gives this device: a token and, often, its
 * checkpoint. It comes in the fragment, which never reaches a server's log,
 * is kept on the device, and leaves the address at once.
 */

import { recall, remember } from '../shared/storage.js';

export class Credentials {
  token = '';
  checkpoint = '';
  #race;

  /** @param {string} race */
  constructor(race) {
    this.#race = race;
    this.token = recall(`tasuki.token.${race}`) ?? '';
    this.checkpoint = recall(`tasuki.checkpoint.${race}`) ?? '';
    if (this.#take(location.hash.slice(1))) {
      history.replaceState(null, '', location.pathname + location.search);
    }
  }

  /**
   * A link, its fragment, or the bare token, as somebody pastes it.
   *
   * @param {string} text
   */
  accept(text) {
    const trimmed = text.trim();
    const fragment = trimmed.includes('#') ? trimmed.slice(trimmed.indexOf('#') + 1) : trimmed;
    if (!this.#take(fragment) && fragment) this.#keep(fragment, '');
  }

  /** @param {string} checkpoint */
  choose(checkpoint) {
    this.checkpoint = checkpoint;
    remember(`tasuki.checkpoint.${this.#race}`, checkpoint);
  }

  /**
   * @param {string} fragment
   * @returns {boolean} whether it held a token
   */
  #take(fragment) {
    const given = new URLSearchParams(fragment);
    const token = given.get('token');
    if (!token) return false;
    this.#keep(token, given.get('checkpoint') ?? '');
    return true;
  }

  /**
   * @param {string} token
   * @param {string} checkpoint '' where the token holds for the whole race
   */
  #keep(token, checkpoint) {
    this.token = token;
    remember(`tasuki.token.${this.#race}`, token);
    if (checkpoint) this.choose(checkpoint);
  }
}
