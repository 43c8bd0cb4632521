/**
 * When the board is drawn: at most once a second, and never while a finger
 * rests on it or the reader has paused it. What comes meanwhile is not lost,
 * it is drawn together.
 */

const PACE_MS = 1000;

export class Pace {
  #drawnAt = 0;
  #timer = 0;
  #waiting = false;
  /** @type {Set<string>} */
  #holds = new Set();
  #draw;

  /** @param {() => void} draw */
  constructor(draw) {
    this.#draw = draw;
  }

  /** Something changed: draw it when it is time. */
  request() {
    this.#waiting = true;
    if (this.#timer || this.#holds.size > 0) return;
    const wait = this.#drawnAt + PACE_MS - Date.now();
    this.#timer = setTimeout(() => this.#drawWaiting(), Math.max(0, wait));
  }

  /** The reader chose something: draw it now. */
  now() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#waiting = false;
    this.#drawnAt = Date.now();
    this.#draw();
  }

  /** @param {string} reason */
  hold(reason) {
    this.#holds.add(reason);
  }

  /** @param {string} reason */
  release(reason) {
    if (this.#holds.delete(reason) && this.#waiting) this.request();
  }

  #drawWaiting() {
    this.#timer = 0;
    if (this.#waiting && this.#holds.size === 0) this.now();
  }
}
