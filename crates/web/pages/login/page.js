/**
 * The login page: asks who is there, shows the form or who is logged in.
 */

import { need } from '../shared/dom.js';
import { lang, translate, translator } from '../shared/i18n.js';
import { send, session } from './asking.js';
import { nextOf } from './next.js';
import { words } from './words.js';

/** @typedef {import('./asking.js').Refusal} Refusal */
/** @typedef {import('./asking.js').Session} Session */

const t = translator(words);
const main = need('main');
const notice = need('#notice');
const login = /** @type {HTMLFormElement} */ (need('#login'));
const change = /** @type {HTMLFormElement} */ (need('#change'));
const next = nextOf(location.search, location.origin);

translate(document, t);
need('#onward').setAttribute('href', next);
say(notice, t('loading'));
login.addEventListener('submit', (event) => void logIn(event));
change.addEventListener('submit', (event) => void changePassword(event));
need('#log-out').addEventListener('click', () => void leave('/api/logout'));
need('#log-out-everywhere').addEventListener('click', () => void leave('/api/logout/everywhere'));
void look();

/** Asks who is there, and shows it. */
async function look() {
  try {
    const known = await session();
    say(notice, '');
    if (known) showSession(known);
    else showForm();
  } catch {
    showForm();
    say(notice, t('down'), 'refused');
  }
}

function showForm() {
  show('form', t('title'));
  login.hidden = false;
  need('#session').hidden = true;
  field(login, 'username').focus();
}

/** @param {Session} known */
function showSession(known) {
  show('known', t('title_known'));
  login.hidden = true;
  need('#session').hidden = false;
  const where = [known.race, known.checkpoint].filter(Boolean).join(' / ');
  need('#who').textContent = known.name;
  need('#role').textContent = known.role === 'admin' ? t('role_admin') : t('role_recorder', { where });
  const ends = new Date(known.ends_at ?? '');
  const format = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' });
  need('#ends').textContent = Number.isNaN(ends.getTime()) ? '' : format.format(ends);
}

/**
 * @param {string} state
 * @param {string} title
 */
function show(state, title) {
  main.dataset.state = state;
  need('#heading').textContent = title;
  document.title = `${title} – tasuki`;
}

/** @param {SubmitEvent} event */
async function logIn(event) {
  event.preventDefault();
  const [name, password] = [field(login, 'username').value, field(login, 'password').value];
  const refused = await sending(login, 'POST', '/api/login', { name, password });
  if (!refused) {
    location.assign(next === '/' ? '/login' : next);
    return;
  }
  say(notice, reason(refused), 'refused');
  field(login, 'password').select();
}

/** @param {SubmitEvent} event */
async function changePassword(event) {
  event.preventDefault();
  const body = { current: field(change, 'current').value, new: field(change, 'new').value };
  const refused = await sending(change, 'PUT', '/api/session/password', body);
  if (refused) {
    say(need('#changed'), reason(refused), 'refused');
    return;
  }
  change.reset();
  say(need('#changed'), t('changed'));
}

/** @param {string} path */
async function leave(path) {
  const refused = await ask('POST', path);
  if (refused) say(notice, reason(refused), 'refused');
  else location.assign('/login');
}

/**
 * Sends a form once, however often its button is touched.
 *
 * @param {HTMLFormElement} form
 * @param {'POST' | 'PUT'} method
 * @param {string} path
 * @param {object} body
 */
async function sending(form, method, path, body) {
  const button = /** @type {HTMLButtonElement} */ (need('button', form));
  button.disabled = true;
  try {
    return await ask(method, path, body);
  } finally {
    button.disabled = false;
  }
}

/**
 * @param {'POST' | 'PUT'} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<Refusal | null>}
 */
async function ask(method, path, body) {
  try {
    return await send(method, path, body);
  } catch {
    return { code: 'down', detail: '', after: '' };
  }
}

/**
 * Why something was refused, for people.
 *
 * @param {Refusal} refused
 */
function reason({ code, detail, after }) {
  switch (code) {
    case 'login_refused':
      return t('refused');
    case 'wrong_password':
      return t('wrong_password');
    case 'too_many_requests':
      return t('too_many', { seconds: after });
    case 'cross_site':
      return t('cross_site');
    case 'down':
      return t('down');
    default:
      return t('other', { detail });
  }
}

/**
 * @param {HTMLElement} place
 * @param {string} text
 * @param {'' | 'refused'} [kind]
 */
function say(place, text, kind = '') {
  place.textContent = text;
  place.dataset.kind = kind;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function field(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}
