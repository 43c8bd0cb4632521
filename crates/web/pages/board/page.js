/**
 * The live board of a race.
 *
 * The definition is fetched once; then the stream brings one snapshot and
 * diffs. State is one immutable object, `standings`; each change asks for a
 * drawing, and a drawing turns state and the reader's choice into items for
 * the table. What was shown once is never blanked.
 */

import { HttpError, getJson, raceOfAddress } from '../shared/api.js';
import { backoff } from '../shared/backoff.js';
import { measureOffset } from '../shared/clock.js';
import { need, setText } from '../shared/dom.js';
import { clockTime } from '../shared/format.js';
import { translate, translator } from '../shared/i18n.js';
import { Live } from '../shared/live.js';
import { mergePatch } from '../shared/merge-patch.js';
import { nameOf } from '../shared/names.js';
import { Announcer } from './announcer.js';
import { Marks, newsOf } from './changes.js';
import { choiceOfAddress, writeAddress } from './choice.js';
import { showChoices } from './choices.js';
import { showConnection } from './connection.js';
import { courseOf } from './course.js';
import { Details } from './details.js';
import { recallFollowed, toggleFollowed } from './follow.js';
import { showOverview } from './overview.js';
import { Pace } from './pace.js';
import { raceNow } from './race-clock.js';
import { Search } from './search.js';
import { streamAddress } from './selection.js';
import { since } from './since.js';
import { showTable } from './show-table.js';
import { Table } from './table.js';
import { words } from './words.js';

/** @typedef {import('../shared/types.js').Definition} Definition */
/** @typedef {import('../shared/types.js').Standings} Standings */

const RETRY = { firstMs: 2000, maxMs: 30_000 };

/** Runners change late; whoever opens the details sees them this fresh. */
const DEFINITION_FRESH_MS = 30_000;

const race = raceOfAddress();
const definitionAddress = `/api/races/${encodeURIComponent(race)}`;
const t = translator(words);
const followed = recallFollowed(race);
const marks = new Marks();
const announcer = new Announcer(need('#announcer'));

/** @type {Standings | undefined} */
let standings;
/** @type {Definition} */
let definition;
let definitionAt = 0;
/** @type {import('./course.js').Course} */
let course;
/** @type {import('./context.js').Context['members']} */
let members = new Map();
let clock = clockTime(undefined);
let clockMinutes = clock;
let choice = choiceOfAddress();
/** @type {Set<string>} */
let changed = new Set();
let clockOffsetMs = 0;
let calm = false;
let pausedAt = 0;
/** @type {(category: string) => void} */
let onCategory = () => undefined;
/** Whether the stream carries only those who were searched for. */
let searched = () => false;
/** @type {[import('../shared/live.js').Connection, number]} */
let connection = ['connecting', Date.now()];

const pace = new Pace(draw);
const table = new Table(need('#rows'), openDetails, t);
const details = new Details(/** @type {HTMLDialogElement} */ (need('#details')), follow);

translate(document, t);
for (const template of document.querySelectorAll('template')) translate(template.content, t);
setText(need('#notice'), t('loading'));
showFreshness();
void begin(0);

/** @param {number} attempt */
async function begin(attempt) {
  try {
    take(await getJson(definitionAddress));
  } catch (error) {
    const missing = error instanceof HttpError && error.status === 404;
    document.body.dataset.state = missing ? 'missing' : 'unreachable';
    setText(need('#notice'), t(missing ? 'missing' : 'unreachable'));
    if (!missing) setTimeout(() => begin(attempt + 1), backoff(attempt, RETRY));
    return;
  }
  const search = new Search(need('#search'), need('#selection'), t);
  const live = new Live(streamAddress(definition, choice.category, []), {
    onSnapshot: (snapshot) => {
      if (standings) void refreshDefinition();
      standings = snapshot;
      changed = new Set();
      calm = false;
      search.showSelection(definition, Object.keys(snapshot.entries).length);
      pace.request();
    },
    onDiff,
    onConnection: (state, at) => {
      connection = [state, at];
      showFreshness();
    },
  });
  search.onSearch = (query, bibs) => {
    // Those who were found are shown whatever their category.
    choice = { ...choice, query, category: bibs.length > 0 ? '' : choice.category };
    writeAddress(choice);
    live.select(streamAddress(definition, choice.category, bibs));
    pace.now();
  };
  onCategory = (category) => {
    if (category) search.clear();
    live.select(streamAddress(definition, category, search.bibs));
  };
  searched = () => search.bibs.length > 0;
  wireControls();
  setInterval(tick, 1000);
  const measured = await measureOffset(2);
  clockOffsetMs = measured?.offsetMs ?? 0;
}

/** @param {Definition} fetched */
function take(fetched) {
  definition = fetched;
  course = courseOf(definition, t);
  members = new Map((definition.entries ?? []).map((entry) => [entry.bib, entry.members ?? []]));
  clock = clockTime(definition.timezone);
  clockMinutes = clockTime(definition.timezone, { seconds: false });
  definitionAt = Date.now();
  document.title = `${nameOf(definition.name, race)} – tasuki`;
  setText(need('#race-name'), nameOf(definition.name, race));
}

async function refreshDefinition() {
  if (Date.now() - definitionAt < DEFINITION_FRESH_MS) return;
  take(await getJson(definitionAddress).catch(() => definition));
  pace.request();
}

/** @param {Record<string, unknown>} patch */
function onDiff(patch) {
  if (!standings) return;
  const before = standings.entries;
  standings = mergePatch(standings, patch);
  const news = newsOf(before, standings.entries);
  for (const bib of news) changed.add(bib);
  marks.note(before, standings.entries, Date.now());
  announcer.note(contextOf(standings), news);
  calm = true;
  pace.request();
}

/**
 * @param {Standings} shown
 * @returns {import('./context.js').Context}
 */
function contextOf(shown) {
  return {
    definition,
    course,
    standings: shown,
    members,
    followed,
    // The one ahead is not known among those who were searched for.
    choice: { ...choice, interval: choice.interval && !searched() },
    t,
    clock,
    clockMinutes,
  };
}

function draw() {
  if (!standings) return;
  const context = contextOf(standings);
  document.body.dataset.state = 'ready';
  need('#notice').hidden = true;
  need('#choices').hidden = false;
  showOverview(need('#overview'), context);
  showChoices(need('#choices'), context, choose);
  showTable(need('#board'), table, context, {
    calm,
    changed,
    marks: (bib) =>
      choice.kind === 'overall' ? marks.of(bib, context.standings.entries[bib], choice.category) : 0,
  });
  if (details.isOpen) details.show(context);
  changed = new Set();
  calm = false;
  showAges();
}

/** @param {Partial<import('./context.js').Choice>} change */
function choose(change) {
  choice = { ...choice, ...change };
  onCategory(choice.category);
  writeAddress(choice);
  pace.now();
}

function wireControls() {
  need('#gap-switch').addEventListener('click', () => choose({ interval: !choice.interval }));
  need('#pause').addEventListener('click', () => {
    pausedAt = pausedAt ? 0 : Date.now();
    if (pausedAt) pace.hold('pause');
    else pace.release('pause');
    showFreshness();
  });
  const rows = need('#rows');
  rows.addEventListener('pointerdown', () => pace.hold('finger'));
  for (const end of ['pointerup', 'pointercancel']) window.addEventListener(end, () => pace.release('finger'));
}

/** @param {string} bib */
function openDetails(bib) {
  if (!standings) return;
  details.open(contextOf(standings), bib);
  void refreshDefinition();
}

/** @param {string} bib */
function follow(bib) {
  toggleFollowed(race, followed, bib);
  pace.now();
}

function showFreshness() {
  const [state, at] = pausedAt ? /** @type {const} */ (['paused', pausedAt]) : connection;
  showConnection(need('#connection'), state, clock(at), t);
  const pause = need('#pause');
  pause.setAttribute('aria-pressed', String(pausedAt > 0));
  pause.setAttribute('aria-label', t(pausedAt ? 'resume' : 'pause'));
}

function showAges() {
  const now = raceNow(standings, Date.now() + clockOffsetMs);
  table.tick((at) => since(now - at, t));
}

function tick() {
  const now = Date.now();
  if (marks.expire(now)) pace.request();
  announcer.tick(now);
  if (!pausedAt) showAges();
}
