/**
 * A JSON Schema as people read it: members with their types, bounds and
 * defaults, and links to other schemas.
 */

import { make } from '../shared/dom.js';
import { inline, prose } from './prose.js';
import { t } from './words.js';

/** @typedef {import('./exchange.js').Json} Json */

const PLACE = '#/components/schemas/';

/**
 * A schema at length.
 *
 * @param {Json} schema
 * @returns {HTMLElement[]}
 */
export function schemaBlock(schema) {
  const blocks = schema.description ? prose(schema.description) : [];
  const words = choices(schema);
  if (words) return [...blocks, words];
  if (!schema.properties) return [...blocks, line(schema)];
  const members = make('dl', 'members');
  const required = new Set(schema.required ?? []);
  const names = Object.keys(schema.properties);
  const sorted = [...names.filter((it) => required.has(it)), ...names.filter((it) => !required.has(it))];
  for (const name of sorted) {
    members.append(...member(name, schema.properties[name], required.has(name)));
  }
  for (const part of schema.allOf ?? []) blocks.push(line(part));
  return [...blocks, members, ...rules(schema)];
}

/**
 * What the members must be together.
 *
 * @param {Json} schema
 */
function rules(schema) {
  const found = [];
  if (schema.not?.required) {
    found.push(make('p', 'rule', t('not_both', { names: schema.not.required.join(', ') })));
  }
  const groups = (schema.oneOf ?? []).map((/** @type {Json} */ it) => it.required?.join(' + '));
  if (schema.properties && groups.length > 0 && groups.every(Boolean)) {
    found.push(make('p', 'rule', t('exactly_one', { names: groups.join(', ') })));
  }
  return found;
}

/**
 * A member of an object, or a parameter.
 *
 * @param {string} name
 * @param {Json} schema
 * @param {boolean} isRequired
 * @param {string} [badge]
 */
export function member(name, schema, isRequired, badge) {
  const term = make('dt');
  term.append(make('code', 'member', name));
  if (badge) term.append(make('span', 'badge', badge));
  if (isRequired) term.append(make('span', 'badge required', t('required')));
  const detail = make('dd');
  detail.append(line(schema));
  if (schema.description) detail.append(...prose(schema.description));
  return [term, detail];
}

/**
 * Words that a text is one of, each with its meaning.
 *
 * @param {Json} schema
 */
function choices(schema) {
  const all = schema.oneOf ?? [];
  if (all.length === 0 || !all.every((/** @type {Json} */ it) => 'const' in it)) return null;
  const list = make('dl', 'members');
  for (const { const: word, description } of all) {
    const term = make('dt');
    term.append(make('code', 'member', JSON.stringify(word)));
    list.append(term, inline(make('dd'), description ?? ''));
  }
  return list;
}

/**
 * A schema in a line; `true` allows anything.
 *
 * @param {Json | true} given
 */
export function line(given) {
  const schema = given === true ? {} : given;
  const shown = make('p', 'type');
  shown.append(...typeOf(schema));
  const limits = bounds(schema);
  if (limits) shown.append(make('span', 'bounds', limits));
  if ('default' in schema) {
    shown.append(make('span', 'bounds', `${t('default')} `));
    shown.append(make('code', '', JSON.stringify(schema.default)));
  }
  return shown;
}

/**
 * @param {Json} schema
 * @returns {(Node | string)[]}
 */
function typeOf(schema) {
  if (schema.$ref) return [reference(schema.$ref)];
  if ('const' in schema) return [make('code', '', JSON.stringify(schema.const))];
  if (schema.enum) return joined(schema.enum.map((/** @type {unknown} */ it) => [make('code', '', JSON.stringify(it))]));
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives && !schema.properties) return joined(alternatives.map(typeOf));
  if (schema.allOf && !schema.properties) return joined(schema.allOf.map(typeOf), ` ${t('and')} `);
  if (schema.type === 'array') return [`${t('list_of')} `, ...typeOf(schema.items ?? {})];
  if (typeof schema.additionalProperties === 'object') {
    return [`${t('map_of')} `, ...typeOf(schema.additionalProperties)];
  }
  if (schema.properties) return joined(Object.entries(schema.properties).map(([name, it]) => [`${name}: `, ...typeOf(it)]), ', ');
  const { type = 'JSON', format } = schema;
  return [format ? `${type} (${format})` : type];
}

/**
 * @param {(Node | string)[][]} parts
 * @param {string} [between]
 */
function joined(parts, between = t('or')) {
  return parts.flatMap((part, at) => (at === 0 ? part : [between, ...part]));
}

/** @param {string} target */
export function reference(target) {
  const name = target.replace(PLACE, '');
  const link = /** @type {HTMLAnchorElement} */ (make('a', 'reference', name));
  link.href = `#schema-${name}`;
  return link;
}

/** @param {Json} schema */
function bounds(schema) {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  const found = [range(minimum, maximum), range(minLength, maxLength), range(minItems, maxItems)];
  const limits = found.filter(Boolean);
  // A pattern of invisible characters tells nobody anything; the text does.
  if (pattern && pattern.length <= 60) limits.push(pattern);
  return limits.join(' · ');
}

/**
 * @param {number | undefined} min
 * @param {number | undefined} max
 */
function range(min, max) {
  const shown = (/** @type {number} */ n) => n.toLocaleString('en');
  if (min !== undefined && max !== undefined) return `${shown(min)} – ${shown(max)}`;
  if (min !== undefined) return min === 0 ? '' : `≥ ${shown(min)}`;
  return max === undefined ? '' : `≤ ${shown(max)}`;
}
