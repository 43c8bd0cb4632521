/**
 * An operation: what it does, what goes in and comes out, and how to call it.
 */

import { make } from '../shared/dom.js';
import { code, pretty } from './code.js';
import { exchangesOf, rolesOf } from './exchange.js';
import { inline, prose } from './prose.js';
import { line, member, schemaBlock } from './schema.js';
import { LANGUAGES, snippet } from './snippets.js';
import { t } from './words.js';

/** @typedef {import('./exchange.js').Json} Json */
/** @typedef {import('./exchange.js').Operation} Operation */
/** @typedef {import('./exchange.js').Exchange} Exchange */

/** @param {Operation} operation */
export function operationSection(operation) {
  const section = make('section', 'operation');
  section.id = operation.id;
  section.setAttribute('aria-labelledby', `${operation.id}-title`);
  const reading = make('div', 'reading');
  reading.append(
    ...prose(operation.json.description),
    ...parametersOf(operation),
    ...bodyOf(operation),
    heading(t('answers')),
    ...Object.entries(operation.json.responses).map(([status, answer]) => answerOf(status, answer)),
  );
  const calling = make('div', 'calling');
  calling.append(...callsOf(operation));
  const parts = make('div', 'parts');
  parts.append(reading, calling);
  section.append(head(operation), parts);
  return section;
}

/** @param {Operation} operation */
function head(operation) {
  const { id, method, path, json } = operation;
  const top = make('header', 'head');
  const title = make('h3');
  title.id = `${id}-title`;
  const link = /** @type {HTMLAnchorElement} */ (make('a', '', json.summary));
  link.href = `#${id}`;
  title.append(link);
  const address = make('p', 'address');
  const verb = make('span', 'method', method);
  verb.dataset.method = method;
  address.append(verb, make('code', 'path', path));
  const notes = make('p', 'notes');
  notes.append(make('code', '', id));
  for (const role of rolesOf(operation)) {
    const badge = make('span', 'badge role', role === 'everyone' ? t('everyone') : role);
    badge.dataset.role = role;
    notes.append(badge);
  }
  top.append(title, address, notes);
  return top;
}

/** @param {string} text */
function heading(text) {
  return make('h4', '', text);
}

/** @param {Operation} operation */
function parametersOf({ json }) {
  if (json.parameters.length === 0) return [];
  const list = make('dl', 'members');
  for (const { name, in: place, required, schema, description } of json.parameters) {
    list.append(...member(name, { ...schema, description }, required, place));
  }
  return [heading(t('parameters')), list];
}

/** @param {Operation} operation */
function bodyOf({ json }) {
  const content = json.requestBody?.content ?? {};
  return Object.entries(content).flatMap(([media, { schema }]) => {
    const kind = make('p', 'type');
    kind.append(make('span', 'media', media));
    return [heading(t('body')), kind, ...schemaBlock(schema)];
  });
}

/**
 * @param {string} status
 * @param {Json} answer
 */
function answerOf(status, answer) {
  const block = /** @type {HTMLDetailsElement} */ (make('details', 'answer'));
  block.open = status < '300';
  const summary = make('summary');
  const number = make('strong', 'status', status);
  number.dataset.class = status[0];
  summary.append(number, ' ', ...briefly(answer.description));
  block.append(summary);
  if (answer.description.includes('\n')) block.append(...prose(answer.description));
  for (const [media, content] of Object.entries(answer.content ?? {})) {
    const shown = line(content.schema);
    shown.prepend(make('span', 'media', media));
    block.append(shown);
    if (content['x-items']) {
      const list = make('dl', 'members');
      for (const [name, schema] of Object.entries(content['x-items'])) {
        list.append(...member(name, schema, false));
      }
      block.append(make('p', 'rule', t('events')), list);
    }
  }
  block.append(...headersOf(answer), ...linksOf(answer));
  return block;
}

/**
 * The first line of a description; of a list of problems, their codes.
 *
 * @param {string} description
 * @returns {(Node | string)[]}
 */
function briefly(description) {
  const [first = ''] = description.split('\n');
  const codes = [...description.matchAll(/^- `(\w+)`/gm)].map(([, slug = '']) => make('code', '', slug));
  if (!first.startsWith('- ')) return [inline(make('span'), first)];
  return codes.flatMap((slug, at) => (at === 0 ? [slug] : [', ', slug]));
}

/** @param {Json} answer */
function headersOf(answer) {
  const headers = Object.entries(answer.headers ?? {});
  if (headers.length === 0) return [];
  const list = make('dl', 'members');
  for (const [name, { description, schema }] of headers) {
    list.append(...member(name, { ...schema, description }, false));
  }
  return [make('p', 'rule', t('headers')), list];
}

/** @param {Json} answer */
function linksOf(answer) {
  const links = Object.values(answer.links ?? {});
  if (links.length === 0) return [];
  const shown = make('p', 'rule', `${t('next')}: `);
  links.forEach(({ operationId, description }, at) => {
    const link = /** @type {HTMLAnchorElement} */ (make('a', 'reference', operationId));
    link.href = `#${operationId}`;
    link.title = description;
    shown.append(at === 0 ? '' : ', ', link);
  });
  return [shown];
}

/** @param {Operation} operation */
function callsOf(operation) {
  const exchanges = exchangesOf(operation);
  const [first] = exchanges;
  const blocks = [];
  const call = first ?? { name: '', summary: '', status: 200, parameters: {}, body: undefined, bodyType: '', answer: undefined, media: 'application/json' };
  for (const language of LANGUAGES) {
    const text = snippet(language, operation, call, location.origin);
    const block = code(text, `${operation.json.summary}, ${language}`);
    block.classList.add('snippet');
    block.dataset.language = language;
    blocks.push(block);
  }
  if (first?.answer !== undefined) {
    blocks.push(make('p', 'rule', `${t('answer')}: ${first.status}`), code(pretty(first.answer), `${t('answer')}, ${first.summary}`));
  }
  return [...blocks, ...exchanges.slice(1).map((it) => exampleOf(operation, it))];
}

/**
 * @param {Operation} operation
 * @param {Exchange} exchange
 */
function exampleOf(operation, exchange) {
  const block = make('details', 'example');
  const summary = make('summary');
  const number = make('strong', 'status', String(exchange.status));
  number.dataset.class = String(exchange.status)[0];
  summary.append(number, ' ', exchange.summary);
  block.append(summary);
  for (const language of LANGUAGES) {
    const text = snippet(language, operation, exchange, location.origin);
    const shown = code(text, `${exchange.summary}, ${language}`);
    shown.classList.add('snippet');
    shown.dataset.language = language;
    block.append(shown);
  }
  if (exchange.answer !== undefined) {
    block.append(code(pretty(exchange.answer), `${t('answer')}, ${exchange.summary}`));
  }
  return block;
}
