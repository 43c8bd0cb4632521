/**
 * All that is known of one entry: its passages leg by leg, with the runners.
 */

import { copyOf, make, need, setText } from '../shared/dom.js';
import { duration } from '../shared/format.js';
import { nameOf } from '../shared/names.js';
import { rankOf, runnerOf } from './context.js';
import { gapWriter } from './gaps.js';

/** @typedef {import('./context.js').Context} Context */
/** @typedef {import('../shared/types.js').Entry} Entry */

export class Details {
  #dialog;
  #bib = '';

  /**
   * @param {HTMLDialogElement} dialog
   * @param {(bib: string) => void} follow
   */
  constructor(dialog, follow) {
    this.#dialog = dialog;
    need('.close', dialog).addEventListener('click', () => dialog.close());
    need('.follow', dialog).addEventListener('click', () => follow(this.#bib));
    // A touch beside the panel meets the dialog itself.
    dialog.addEventListener('click', ({ target }) => {
      if (target === dialog) dialog.close();
    });
  }

  /**
   * @param {Context} context
   * @param {string} bib
   */
  open(context, bib) {
    this.#bib = bib;
    this.show(context);
    this.#dialog.showModal();
  }

  /**
   * Writes the entry as it stands now, where the panel is open.
   *
   * @param {Context} context
   */
  show(context) {
    const entry = context.standings.entries[this.#bib];
    if (!entry) return;
    writeHead(this.#dialog, context, this.#bib, entry);
    writeSums(this.#dialog, context, entry);
    writePassages(this.#dialog, context, this.#bib, entry);
  }

  get isOpen() {
    return this.#dialog.open;
  }
}

/**
 * @param {HTMLElement} root
 * @param {Context} context
 * @param {string} bib
 * @param {Entry} entry
 */
function writeHead(root, context, bib, entry) {
  const { t, definition, followed, course, clockMinutes } = context;
  const status = entry.status ?? 'entered';
  root.dataset.bib = bib;
  root.dataset.state = status;
  setText(need('.place', root), String(rankOf(context, entry) ?? '–'));
  setText(need('h2', root), nameOf(entry.name, bib));
  const categories = (entry.categories ?? []).map((id) =>
    nameOf(definition.categories?.find((category) => category.id === id)?.name, id),
  );
  const open = entry.ranked === false ? [t('open_long')] : [];
  const long = status === 'dns' || status === 'dnf' || status === 'dsq' ? t(`${status}_long`) : t(status);
  setText(need('.about', root), [t('bib', { bib }), ...categories, long, ...open].join(' · '));
  const on = followed.has(bib);
  need('.follow', root).setAttribute('aria-pressed', String(on));
  setText(need('.follow', root), on ? `★ ${t('unfollow')}` : `☆ ${t('follow')}`);
  const next = need('.next', root);
  next.hidden = !entry.next?.expected || status !== 'running';
  if (entry.next?.expected) {
    const values = { place: course.pointName(entry.next.checkpoint), time: clockMinutes(entry.next.expected) };
    setText(next, t('next_expected', values));
  }
}

/**
 * The finished sections.
 *
 * @param {HTMLElement} root
 * @param {Context} context
 * @param {Entry} entry
 */
function writeSums(root, { t, definition }, entry) {
  const sums = (definition.sections ?? []).flatMap(({ id, name }) => {
    const { elapsed_ms: time, rank } = entry.sections?.[id] ?? {};
    if (time === undefined) return [];
    const parts = [nameOf(name, id), duration(time, definition.resolution_ms)];
    return [make('li', '', [...parts, ...(rank ? [t('rank_n', { n: rank })] : [])].join(' '))];
  });
  need('.sums', root).replaceChildren(...sums);
}

/**
 * @param {HTMLElement} root
 * @param {Context} context
 * @param {string} bib
 * @param {Entry} entry
 */
function writePassages(root, context, bib, entry) {
  const { course } = context;
  const writeGap = gapWriter({ ...context, choice: { ...context.choice, interval: false } });
  const known = course.points.filter(({ id }) => entry.splits?.[id]);
  const legs = course.legs.filter(
    ({ id }) => known.some(({ leg }) => leg === id) || runnerOf(context, bib, id) || entry.leg === id,
  );
  const table = need('table', root);
  for (const body of table.querySelectorAll('tbody')) body.remove();
  for (const leg of legs) {
    const body = legBody(context, bib, entry, leg);
    body.append(
      ...known
        .filter((point) => point.leg === leg.id)
        .map((point) => passageRow(context, entry, point, writeGap)),
    );
    table.append(body);
  }
  need('.scroller', root).hidden = legs.length === 0;
  need('.none', root).hidden = known.length > 0;
}

/**
 * @param {Context} context
 * @param {string} bib
 * @param {Entry} entry
 * @param {import('./course.js').CourseLeg} leg
 */
function legBody(context, bib, entry, leg) {
  const { t, definition, course } = context;
  const body = copyOf('leg');
  const end = entry.splits?.[leg.end];
  if (course.legs.length < 2) need('.leg', body).hidden = true;
  setText(need('.leg-name', body), leg.name);
  setText(need('.runner', body), runnerOf(context, bib, leg.id));
  if (end?.leg_ms === undefined) return body;
  body.toggleAttribute('data-best', end.leg_rank === 1);
  setText(need('.leg-time', body), duration(end.leg_ms, definition.resolution_ms));
  const notes = [];
  if (end.leg_rank === 1) notes.push(`★ ${t('leg_best')}`);
  else if (end.leg_rank !== undefined) notes.push(t('rank_n', { n: end.leg_rank }));
  if (end.record) notes.push(t(`record_${end.record}`));
  if (end.reference) notes.push(t('reference'));
  setText(need('.leg-rank', body), notes.join(' · '));
  return body;
}

/**
 * @param {Context} context
 * @param {Entry} entry
 * @param {import('./course.js').CoursePoint} point
 * @param {ReturnType<typeof gapWriter>} writeGap
 */
function passageRow(context, entry, point, writeGap) {
  const { definition, clock } = context;
  const row = copyOf('split');
  const split = entry.splits?.[point.id] ?? {};
  const rank = rankOf(context, split);
  row.dataset.checkpoint = point.id;
  setText(need('.where', row), point.name);
  setText(need('.clock', row), split.time ? clock(split.time) : '');
  setText(need('.time', row), split.elapsed_ms === undefined ? '' : duration(split.elapsed_ms, definition.resolution_ms));
  setText(need('.rank', row), rank === undefined ? '' : String(rank));
  setText(need('.gap', row), rank === undefined ? '' : writeGap(point.id, split.gap_ms));
  return row;
}
