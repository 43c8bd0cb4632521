/**
 * How fresh the board is, in one sign and one word, always in sight.
 */

import { need, setText } from '../shared/dom.js';

/** The sign tells the state apart without colour. */
const SIGNS = { connecting: '◌', live: '●', polling: '◔', reconnecting: '◐', offline: '○', paused: '‖' };

/** @typedef {import('../shared/live.js').Connection | 'paused'} Freshness */

/**
 * @param {HTMLElement} element
 * @param {Freshness} freshness
 * @param {string} time since when, as clock time
 * @param {import('./words.js').T} t
 */
export function showConnection(element, freshness, time, t) {
  element.dataset.state = freshness;
  setText(need('.mark', element), SIGNS[freshness]);
  setText(need('.text', element), t(freshness, { time }));
}
