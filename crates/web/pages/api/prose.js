/**
 * The little Markdown that descriptions are written in: paragraphs, lists,
 * `code` and **weight**. Made into elements, never into HTML.
 */

import { make } from '../shared/dom.js';

/**
 * @param {string} text
 * @returns {HTMLElement[]}
 */
export function prose(text) {
  /** @type {HTMLElement[]} */
  const blocks = [];
  for (const block of text.trim().split(/\n{2,}/)) {
    const lines = block.split('\n');
    const first = lines.findIndex((line) => line.startsWith('- '));
    const before = first < 0 ? lines : lines.slice(0, first);
    if (before.length > 0) blocks.push(inline(make('p'), before.join(' ')));
    if (first < 0) continue;
    const list = make('ul', 'bullets');
    for (const item of lines.slice(first)) list.append(inline(make('li'), item.replace(/^- /, '')));
    blocks.push(list);
  }
  return blocks;
}

/**
 * One line: only `code` and **weight**.
 *
 * @template {HTMLElement} E
 * @param {E} into
 * @param {string} text
 * @returns {E}
 */
export function inline(into, text) {
  for (const part of text.split(/(`[^`]+`|\*\*[^*]+\*\*)/)) {
    if (part.startsWith('`')) into.append(make('code', '', part.slice(1, -1)));
    else if (part.startsWith('**')) into.append(make('strong', '', part.slice(2, -2)));
    else if (part) into.append(part);
  }
  return into;
}
