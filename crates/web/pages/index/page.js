/**
 * The list of races. It asks once, and again while the server does not answer.
 */

import { getJson } from '../shared/api.js';
import { backoff } from '../shared/backoff.js';
import { copyOf, need } from '../shared/dom.js';
import { lang, translate, translator } from '../shared/i18n.js';
import { nameOf } from '../shared/names.js';

/**
 * A race in the list; whatever more a server tells is not needed here.
 *
 * @typedef {{id: string, name?: import('../shared/types.js').Name,
 *   state?: string}} ListedRace
 */

const RETRY = { firstMs: 2000, maxMs: 30_000 };

const t = translator({
  en: {
    title: 'Races',
    loading: 'Loading …',
    none: 'No race is open to the public yet.',
    failed: 'The races cannot be loaded. Trying again …',
    official: 'Official',
    unofficial: 'Unofficial',
  },
  ja: {
    title: '大会一覧',
    loading: '読み込み中…',
    none: '公開中の大会はまだありません。',
    failed: '一覧を読み込めません。再試行しています…',
    official: '公式記録',
    unofficial: '速報',
  },
});

const main = need('main');
const notice = need('#notice');

translate(document, t);
document.title = `${t('title')} – tasuki`;
notice.textContent = t('loading');
void load(0);

/** @param {number} attempt */
async function load(attempt) {
  try {
    /** @type {{races?: ListedRace[]} | ListedRace[]} */
    const answer = await getJson('/api/races');
    show(Array.isArray(answer) ? answer : (answer.races ?? []));
  } catch {
    main.dataset.state = 'failed';
    notice.textContent = t('failed');
    setTimeout(() => load(attempt + 1), backoff(attempt, RETRY));
  }
}

/** @param {ListedRace[]} races */
function show(races) {
  main.dataset.state = races.length > 0 ? 'ready' : 'empty';
  notice.textContent = races.length > 0 ? '' : t('none');
  need('#races').replaceChildren(...races.map(listItem));
}

/** @param {ListedRace} race */
function listItem(race) {
  const item = copyOf('race');
  item.dataset.race = race.id;
  const query = new URLSearchParams(location.search).has('lang') ? `?lang=${lang}` : '';
  need('a', item).setAttribute('href', `/races/${encodeURIComponent(race.id)}${query}`);
  need('.name', item).textContent = nameOf(race.name, race.id);
  need('.detail', item).textContent = race.id;
  if (race.state === 'official' || race.state === 'unofficial') {
    const badge = need('.badge', item);
    badge.hidden = false;
    badge.dataset.state = race.state;
    badge.textContent = t(race.state);
  }
  return item;
}
