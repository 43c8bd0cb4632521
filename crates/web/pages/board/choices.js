/**
 * The controls above the table: which view, which part of it, which category.
 */

import { make, need } from '../shared/dom.js';
import { nameOf } from '../shared/names.js';

/** @typedef {import('./context.js').Choice} Choice */
/** @typedef {import('./context.js').Context} Context */
/** @typedef {{key: string, text: string, on: boolean, change: Partial<Choice>}} Option */

/**
 * Draws the controls for what is chosen now.
 *
 * @param {HTMLElement} root
 * @param {Context} context
 * @param {(change: Partial<Choice>) => void} choose
 */
export function showChoices(root, context, choose) {
  const { choice, t } = context;
  fill(need('#views', root), viewOptions(context), choose);
  const parts = partOptions(context);
  fill(need('#parts', root), parts, choose);
  const names = { overall: t('views'), leg: t('choose_leg'), checkpoint: t('choose_checkpoint'), section: t('choose_section') };
  need('#parts', root).setAttribute('aria-label', names[choice.kind]);
  fill(need('#order', root), choice.kind === 'checkpoint' ? orderOptions(context) : [], choose);
  fill(need('#filters', root), filterOptions(context), choose);
}

/**
 * @param {Context} context
 * @returns {Option[]}
 */
function viewOptions({ t, choice, course, definition, standings }) {
  const furthest = furthestPoint(course, standings);
  /** @type {Option[]} */
  const options = [{ key: 'overall', text: t('overall'), on: choice.kind === 'overall', change: { kind: 'overall', id: '' } }];
  if (course.legs.length > 1) {
    const leg = course.legs.findLast(({ end }) => course.indexOf(end) <= course.indexOf(furthest)) ?? course.legs[0];
    options.push({ key: 'leg', text: t('legs'), on: choice.kind === 'leg', change: { kind: 'leg', id: leg?.id ?? '' } });
  }
  options.push({
    key: 'checkpoint',
    text: t('checkpoints'),
    on: choice.kind === 'checkpoint',
    change: { kind: 'checkpoint', id: furthest },
  });
  const section = definition.sections?.[0];
  if (section) {
    options.push({ key: 'section', text: t('sections'), on: choice.kind === 'section', change: { kind: 'section', id: section.id } });
  }
  return options;
}

/**
 * Where the news is: the latest checkpoint that anybody has passed.
 *
 * @param {import('./course.js').Course} course
 * @param {import('../shared/types.js').Standings} standings
 */
function furthestPoint(course, standings) {
  const passed = Object.values(standings.entries).map(({ last }) => course.indexOf(last));
  const index = passed.reduce((far, one) => Math.max(far, one), 1);
  return course.points[Math.min(index, course.points.length - 1)]?.id ?? '';
}

/**
 * @param {Context} context
 * @returns {Option[]}
 */
function partOptions({ choice, course, definition }) {
  /** @type {{id: string, name: string}[]} */
  let parts = [];
  if (choice.kind === 'leg') parts = course.legs;
  if (choice.kind === 'checkpoint') parts = course.points.filter(({ kind }) => kind !== 'start');
  if (choice.kind === 'section') {
    parts = (definition.sections ?? []).map(({ id, name }) => ({ id, name: nameOf(name, id) }));
  }
  return parts.map(({ id, name }) => ({ key: id, text: name, on: id === choice.id, change: { id } }));
}

/**
 * @param {Context} context
 * @returns {Option[]}
 */
function orderOptions({ t, choice }) {
  return [
    { key: 'rank', text: t('by_rank'), on: !choice.road, change: { road: false } },
    { key: 'road', text: t('on_the_road'), on: choice.road, change: { road: true } },
  ];
}

/**
 * @param {Context} context
 * @returns {Option[]}
 */
function filterOptions({ t, choice, definition, followed }) {
  const categories = definition.categories ?? [];
  const star = followed.size > 0 || choice.onlyFollowed;
  if (categories.length === 0 && !star) return [];
  /** @type {Option[]} */
  const options = [
    { key: '', text: t('all'), on: !choice.category && !choice.onlyFollowed, change: { category: '', onlyFollowed: false } },
  ];
  if (star) {
    options.push({ key: 'followed', text: `★ ${t('followed')}`, on: choice.onlyFollowed, change: { onlyFollowed: !choice.onlyFollowed } });
  }
  for (const { id, name } of categories) {
    const on = choice.category === id;
    options.push({ key: `category-${id}`, text: nameOf(name, id), on, change: { category: on ? '' : id } });
  }
  return options;
}

/**
 * Buttons for the options; those that are there already keep their focus.
 *
 * @param {HTMLElement} group
 * @param {Option[]} options
 * @param {(change: Partial<Choice>) => void} choose
 */
function fill(group, options, choose) {
  group.hidden = options.length === 0;
  const keys = options.map(({ key, text }) => `${key}=${text}`).join('\n');
  if (group.dataset.options !== keys) {
    group.dataset.options = keys;
    group.replaceChildren(...options.map(({ key, text }) => button(key, text)));
  }
  options.forEach(({ on, change }, n) => {
    const element = /** @type {HTMLButtonElement} */ (group.children[n]);
    const turnedOn = on && element.getAttribute('aria-pressed') !== 'true';
    element.setAttribute('aria-pressed', String(on));
    element.onclick = () => choose(change);
    if (turnedOn) centre(group, element);
  });
}

/**
 * @param {string} key
 * @param {string} text
 */
function button(key, text) {
  const element = /** @type {HTMLButtonElement} */ (make('button', '', text));
  element.type = 'button';
  element.dataset.option = key;
  return element;
}

/**
 * Scrolls only the row of chips, never the page.
 *
 * @param {HTMLElement} group
 * @param {HTMLElement} element
 */
function centre(group, element) {
  group.scrollLeft = element.offsetLeft - (group.clientWidth - element.offsetWidth) / 2;
}
