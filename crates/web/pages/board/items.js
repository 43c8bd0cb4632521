/**
 * What the table shows: labels and entries, each a plain record of texts. The
 * views turn standings into items; the table turns items into elements.
 *
 * @typedef {{kind: 'label', key: string, variant: 'group' | 'cut' | 'break', text: string}} LabelItem
 *
 * @typedef {{kind: string, text: string, hint?: string}} Badge
 *
 * @typedef {{text: string, rank: string, best: boolean}} SplitCell
 *
 * @typedef {{
 *   kind: 'entry', key: string, bib: string, state: string, followed: boolean,
 *   rank: string, name: string, place: string, since: number, detail: string,
 *   time: string, gap: string, best: boolean, badges: Badge[], splits: SplitCell[],
 * }} EntryItem
 * `place` is where it was last seen, `since` when (0: not known).
 *
 * @typedef {LabelItem | EntryItem} Item
 *
 * @typedef {{time: string, rank: string, gap: string, splits: string[], hint: string}} Headings
 *
 * @typedef {{items: Item[], headings: Headings}} Shown
 */

import { nameOf } from '../shared/names.js';

/** @typedef {import('../shared/types.js').Entry} Entry */
/** @typedef {import('./context.js').Context} Context */

/**
 * @param {string} key
 * @param {string} text
 * @param {LabelItem['variant']} [variant]
 * @returns {LabelItem}
 */
export function label(key, text, variant = 'group') {
  return { kind: 'label', key: `label:${key}`, variant, text };
}

/**
 * An entry with what every view shows of it; a view adds its figures.
 *
 * @param {Context} context
 * @param {string} bib
 * @param {Entry} entry
 * @param {Partial<EntryItem>} figures
 * @returns {EntryItem}
 */
export function entryItem(context, bib, entry, figures) {
  return {
    kind: 'entry',
    key: bib,
    bib,
    state: entry.status ?? 'entered',
    followed: context.followed.has(bib),
    rank: '',
    name: nameOf(entry.name, bib),
    place: '',
    since: 0,
    detail: '',
    time: '',
    gap: '',
    best: false,
    splits: [],
    ...figures,
    badges: [...badgesOf(context, entry), ...(figures.badges ?? [])],
  };
}

/**
 * @param {Context} context
 * @param {Entry} entry
 * @returns {Badge[]}
 */
function badgesOf({ t }, entry) {
  /** @type {Badge[]} */
  const badges = [];
  if (entry.ranked === false) badges.push({ kind: 'open', text: t('open'), hint: t('open_long') });
  const { status } = entry;
  if (status === 'dnf' || status === 'dns' || status === 'dsq') {
    badges.push({ kind: status, text: t(status), hint: t(`${status}_long`) });
  }
  return badges;
}
