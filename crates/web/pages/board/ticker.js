/**
 * The announcements: the newest in sight, the older ones behind it.
 */

import { make, need, setText } from '../shared/dom.js';

/** @typedef {import('../shared/types.js').Announcement} Announcement */

/**
 * @param {HTMLElement} element
 * @param {Record<string, Announcement> | undefined} announcements by sequence
 * @param {(instant: string) => string} clock
 */
export function showTicker(element, announcements, clock) {
  const seqs = Object.keys(announcements ?? {}).sort((one, other) => Number(other) - Number(one));
  // Written only when something was added or withdrawn: it may stand open.
  const state = seqs.join();
  if (element.dataset.seqs === state) return;
  element.dataset.seqs = state;
  const [newest, ...older] = seqs.map((seq) => /** @type {Announcement} */ (announcements?.[seq]));
  element.hidden = !newest;
  setText(need('.when', element), newest?.time ? clock(newest.time) : '');
  setText(need('.text', element), newest?.text ?? '');
  element.toggleAttribute('data-more', older.length > 0);
  need('.older', element).replaceChildren(
    ...older.map(({ time, text }) => {
      const item = make('li');
      item.append(make('span', 'when', time ? clock(time) : ''), make('span', 'text', text));
      return item;
    }),
  );
}
