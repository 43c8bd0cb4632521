/**
 * Draws the chosen view into the table: its headings and its rows.
 */

import { make, need, setText } from '../shared/dom.js';
import { checkpoint } from './views/checkpoint.js';
import { leg } from './views/leg.js';
import { overall } from './views/overall.js';
import { section } from './views/section.js';

/** @typedef {import('./context.js').Context} Context */

const views = { overall, leg, checkpoint, section };

/** Above so many rows the browser lays out only those in sight. */
const MANY_ROWS = 150;

/**
 * @param {HTMLElement} root
 * @param {import('./table.js').Table} table
 * @param {Context} context
 * @param {import('./table.js').Manner} manner
 */
export function showTable(root, table, context, manner) {
  const { choice, t } = context;
  const { items, headings } = views[choice.kind](context);
  root.hidden = items.length === 0;
  root.dataset.view = choice.kind;
  root.toggleAttribute('data-many', items.length > MANY_ROWS);
  writeHeadings(need('.headings', root), headings, choice);
  setText(need('.headings .who', root), t(context.course.legs.length > 1 ? 'team' : 'runner'));
  table.update(items, manner);
  const hint = items.length > 0 ? headings.hint : t(choice.query || choice.onlyFollowed ? 'no_match' : 'empty');
  need('#hint').hidden = hint === '';
  setText(need('#hint'), hint);
}

/**
 * @param {HTMLElement} root
 * @param {import('./items.js').Headings} headings
 * @param {import('./context.js').Choice} choice
 */
function writeHeadings(root, { rank, time, gap, splits }, choice) {
  setText(need('.rank', root), rank);
  setText(need('.time', root), time);
  setText(need('.gap .text', root), gap);
  // Legs and the road know one gap only.
  const switchable = choice.kind === 'overall' || (choice.kind === 'checkpoint' && !choice.road);
  /** @type {HTMLButtonElement} */ (need('#gap-switch', root)).disabled = !switchable;
  need('.gap .glyph', root).hidden = !switchable;
  const group = need('.splits', root);
  if (group.dataset.names === splits.join()) return;
  group.dataset.names = splits.join();
  group.replaceChildren(
    ...splits.map((name) => {
      const heading = make('span', 'split', name);
      heading.setAttribute('role', 'columnheader');
      return heading;
    }),
  );
}
