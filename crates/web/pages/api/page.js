/**
 * The description of the API, as a page. It is made from the document that
 * the server serves to programs, and from nothing else.
 */

import { getJson } from '../shared/api.js';
import { make, need } from '../shared/dom.js';
import { translate } from '../shared/i18n.js';
import { recall, remember } from '../shared/storage.js';
import { showContents } from './contents.js';
import { operationsOf } from './exchange.js';
import { operationSection } from './operation.js';
import { inline, prose } from './prose.js';
import { reference, schemaBlock } from './schema.js';
import { LANGUAGES } from './snippets.js';
import { t } from './words.js';

/** @typedef {import('./exchange.js').Json} Json */

const KEY = 'tasuki-api-language';

translate(document, t);
document.title = `${t('title')} – tasuki`;
need('#notice').textContent = t('loading');
offerLanguages();
void load();

async function load() {
  try {
    show(await getJson('/api/openapi.json'));
    document.body.dataset.state = 'ready';
    need('#notice').textContent = '';
    arrive();
  } catch (error) {
    document.body.dataset.state = 'failed';
    need('#notice').textContent = t('failed');
    throw error;
  }
}

/** @param {Json} json */
function show(json) {
  const operations = operationsOf(json);
  need('#version').textContent = `${json.info.version} · OpenAPI ${json.openapi}`;
  need('#about').replaceChildren(make('h2', '', t('about')), ...prose(json.info.description));
  const tags = json.tags.map((/** @type {Json} */ tag) => {
    const block = make('div', 'tag');
    block.id = `tag-${tag.name}`;
    const own = operations.filter((it) => it.tag === tag.name);
    block.append(make('h2', '', tag.name), inline(make('p', 'lead'), tag.description));
    block.append(...own.map(operationSection));
    return block;
  });
  need('#operations').replaceChildren(...tags);
  const schemas = Object.entries(json.components.schemas);
  need('#schemas').replaceChildren(
    make('h2', '', t('schemas')),
    ...schemas.map(([name, schema]) => schemaSection(name, schema)),
  );
  showContents(json, operations);
}

/**
 * @param {string} name
 * @param {Json} schema
 */
function schemaSection(name, schema) {
  const section = make('section', 'schema');
  section.id = `schema-${name}`;
  const title = make('h3');
  title.append(reference(name));
  section.append(title, ...schemaBlock(schema));
  return section;
}

/** One choice for all snippets, kept on the device. */
function offerLanguages() {
  const kept = LANGUAGES.find((it) => it === recall(KEY)) ?? LANGUAGES[0];
  const buttons = LANGUAGES.map((language) => {
    const button = /** @type {HTMLButtonElement} */ (make('button', '', language));
    button.type = 'button';
    button.dataset.option = language;
    button.addEventListener('click', () => {
      remember(KEY, language);
      choose(language);
    });
    return button;
  });
  need('#languages').replaceChildren(...buttons);
  choose(kept);
}

/** @param {string} language */
function choose(language) {
  document.body.dataset.language = language;
  for (const button of need('#languages').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button.dataset.option === language));
  }
}

/** To the part that the address names, which was not there when it was read. */
function arrive() {
  if (location.hash.length < 2) return;
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}
