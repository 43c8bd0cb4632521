/**
 * The entry page of a recorder at a checkpoint.
 *
 * A touch on RECORD is a time; it is stored on this device, then shown as
 * recorded, then sent. No network is needed for the first two.
 */

import { HttpError, getJson, raceOfAddress } from '../shared/api.js';
import { backoff } from '../shared/backoff.js';
import { need, setText } from '../shared/dom.js';
import { clockTime } from '../shared/format.js';
import { translate, translator } from '../shared/i18n.js';
import { nameOf } from '../shared/names.js';
import { checkBib, lettersOf } from './bib-check.js';
import { Credentials } from './credentials.js';
import { DeviceClock, instantOf } from './device-clock.js';
import { beep, keepStorage, stayAwake, unlockSound } from './device.js';
import { showHistory } from './history.js';
import { Journal } from './journal.js';
import { Keypad, LETTERS_MAX } from './keypad.js';
import { Sender } from './sender.js';
import { wireSetup } from './setup.js';
import { showAdvice, showClock, showQueue } from './status.js';
import { Store } from './store.js';
import { timingPoints } from './timing-points.js';
import { words } from './words.js';

/** @typedef {import('../shared/types.js').Definition} Definition */
/** @typedef {import('./store.js').Kept} Kept */

const RETRY = { firstMs: 2000, maxMs: 15_000 };

/** The word "recorded" stays this long. */
const SAID_MS = 2500;

const race = raceOfAddress();
const t = translator(words);
const credentials = new Credentials(race);
const journal = new Journal(race, new Store(), show);
const sender = new Sender(race, () => credentials.token, journal, show);
const clock = new DeviceClock(showTime);

/** @type {Definition} */
let definition;
/** @type {Map<string, import('../shared/types.js').Name>} */
let names = new Map();
let writeTime = clockTime(undefined);
let saidTimer = 0;

translate(document, t);
setText(need('#notice'), t('loading'));
const keypad = new Keypad(need('#pad'), { changed: show, record, undo });
const openSetup = wireSetup(need('#setup'), credentials, t, enter);
need('#change').addEventListener('click', () => openSetup(definition, false));
need('#new-token').addEventListener('click', () => openSetup(definition, true));
void begin(0);

/** @param {number} attempt */
async function begin(attempt) {
  try {
    take(await getJson(`/api/races/${encodeURIComponent(race)}`));
  } catch (error) {
    const missing = error instanceof HttpError && error.status === 404;
    document.body.dataset.state = missing ? 'missing' : 'unreachable';
    setText(need('#notice'), t(missing ? 'missing' : 'unreachable'));
    if (!missing) setTimeout(() => begin(attempt + 1), backoff(attempt, RETRY));
    return;
  }
  const known = timingPoints(definition).some(({ id }) => id === credentials.checkpoint);
  if (credentials.token && known) enter();
  else openSetup(definition, !credentials.token);
  await journal.load().catch(() => say(t('not_stored'), 'error'));
  sender.flush();
  setText(need('#storage'), t((await keepStorage()) ? 'kept' : 'evictable'));
}

/** @param {Definition} fetched */
function take(fetched) {
  definition = fetched;
  const entries = definition.entries ?? [];
  names = new Map(entries.map(({ bib, name }) => [bib, name]));
  writeTime = clockTime(definition.timezone);
  need('#notice').hidden = true;
  setText(need('#race-name'), nameOf(definition.name, race));
  keypad.showLetters(lettersOf(entries, LETTERS_MAX));
}

/** The device is set up: from here on it records. */
function enter() {
  document.body.dataset.state = 'ready';
  need('#setup').hidden = true;
  need('#station').hidden = false;
  const checkpoint = timingPoints(definition).find(({ id }) => id === credentials.checkpoint);
  const name = nameOf(checkpoint?.name, credentials.checkpoint);
  setText(need('#checkpoint'), name);
  document.title = `${name} · ${t('title')} – tasuki`;
  stayAwake((held) => setText(need('#awake'), t(held ? 'awake' : 'asleep')));
  setInterval(showTime, 250);
  sender.flush();
  show();
  showTime();
}

/** @param {Event} event */
async function record(event) {
  // First of all the time; everything else may take as long as it takes.
  const deviceMs = instantOf(event);
  const { bib } = keypad;
  keypad.clear();
  unlockSound();
  const seen = { bib, checkpoint: credentials.checkpoint, deviceMs, offsetMs: clock.offsetMs };
  const stored = await journal.recordPassage(seen);
  if (stored) {
    beep();
    say(bib ? t('recorded', { bib }) : t('time_recorded'), 'good');
  } else {
    say(t('not_stored'), 'error');
  }
  sender.flush();
}

async function undo() {
  const last = journal.lastStanding();
  if (!last || last.fact.type !== 'passage_recorded') {
    say(t('nothing_to_undo'), 'neutral');
    return;
  }
  await journal.withdraw(last, t('undo_reason'));
  say(t('undone', { bib: last.fact.bib || t('no_bib') }), 'neutral');
  sender.flush();
}

function show() {
  if (!definition) return;
  showQueue(journal, sender, t);
  showAdvice(keypad.bib, checkBib(keypad.bib, definition.entries ?? [], recordedHere(), t), t);
  need('.none').hidden = journal.records.length > 0;
  showHistory(need('#history'), {
    journal,
    sending: sender.sending,
    names,
    clock: writeTime,
    bib: keypad.bib,
    t,
    assign: (record) => void settle(journal.assign(record, keypad.bib), true),
    again: (record) => void settle(journal.change(record, { state: 'saved', detail: undefined }), false),
    dismiss: (record) => void settle(journal.change(record, { state: 'dismissed' }), false),
  });
}

/**
 * @param {Promise<void>} change
 * @param {boolean} usedBib
 */
async function settle(change, usedBib) {
  await change;
  if (usedBib) keypad.clear();
  sender.flush();
}

/** The bibs that stand recorded at this checkpoint, as far as this device knows. */
function recordedHere() {
  const voidings = journal.voidings();
  /** @type {Set<string>} */
  const bibs = new Set();
  for (const { fact, state } of journal.records) {
    const counts = fact.type === 'passage_recorded' && state !== 'dismissed' && state !== 'attention';
    if (counts && fact.checkpoint === credentials.checkpoint && !voidings.has(fact.id)) bibs.add(fact.bib);
  }
  return bibs;
}

function showTime() {
  if (!definition) return;
  setText(need('#now'), writeTime(new Date(Date.now() + clock.offsetMs).toISOString()));
  showClock(clock.known, t);
  showQueue(journal, sender, t);
}

/**
 * @param {string} text
 * @param {'good' | 'neutral' | 'error'} state
 */
function say(text, state) {
  const said = need('#said');
  said.dataset.state = state;
  setText(said, text);
  clearTimeout(saidTimer);
  // What went wrong stays until the next word.
  if (state === 'error') return;
  saidTimer = setTimeout(() => {
    said.dataset.state = '';
    setText(said, '');
  }, SAID_MS);
}
