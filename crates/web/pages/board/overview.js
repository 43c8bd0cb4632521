/**
 * The lines above the table: whether the results are official, where the
 * leader is, how many are where.
 */

import { need, setText } from '../shared/dom.js';
import { nameOf } from '../shared/names.js';
import { isLarge } from './selection.js';
import { showStrip } from './strip.js';
import { showTicker } from './ticker.js';

/** @typedef {import('./context.js').Context} Context */

/**
 * @param {HTMLElement} root
 * @param {Context} context
 */
export function showOverview(root, context) {
  const { standings, definition, t, clock } = context;
  root.hidden = false;
  setText(need('#race-name'), nameOf(definition.name, definition.id));
  const state = need('#race-state', root);
  state.hidden = !standings.state;
  state.dataset.state = standings.state ?? '';
  if (standings.state) setText(state, t(standings.state));
  setText(need('#progress', root), progressOf(context));
  showStrip(need('#course', root), context);
  showTicker(need('#ticker', root), standings.announcements, clock);
}

/** @param {Context} context */
function progressOf({ standings, course, definition, t }) {
  const counts = { running: 0, finished: 0, entered: 0, out: 0 };
  let furthest = -1;
  for (const { status = 'entered', last } of Object.values(standings.entries)) {
    if (status === 'dns' || status === 'dnf' || status === 'dsq') counts.out += 1;
    else {
      counts[status] += 1;
      furthest = Math.max(furthest, course.indexOf(last));
    }
  }
  const place = course.points[furthest]?.name;
  // Of a large race this page holds a part: it can count nobody.
  if (isLarge(definition)) return t('entries_n', { n: definition.entries?.length ?? 0 });
  const parts = place ? [t('leader_at', { place })] : [];
  if (counts.running) parts.push(t('progress_running', { n: counts.running }));
  if (counts.finished) parts.push(t('progress_finished', { n: counts.finished }));
  if (counts.entered) parts.push(t('progress_entered', { n: counts.entered }));
  if (counts.out) parts.push(t('progress_out', { n: counts.out }));
  return parts.join(' · ');
}
