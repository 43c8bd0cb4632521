// What a person at a tablet does: enters the teams that came by, a few at a time.
//
// As the entry page does, each passage gets its id here, before it is sent: whatever is
// sent again after a lost answer or a 503 is recognised, and recorded once.
//
// Set by variables (k6 run -e NAME=VALUE):
//   SERVER            http://127.0.0.1:8080
//   RACE              the race
//   TOKEN             a recorder's or administrator's token, or else
//   SESSIONS          a file: a JSON list of cookies, one for each who enters, as login gives them
//   PASSAGES          a file: a JSON list of {bib, checkpoint, time}, by checkpoint, every team at each
//   PEOPLE            how many enter
//   TEAMS_PER_MINUTE  how many teams each of them enters in a minute
//   SECONDS           for how long

import exec from 'k6/execution';
import http from 'k6/http';
import { sleep } from 'k6';
import { Counter, Trend } from 'k6/metrics';
import { SharedArray } from 'k6/data';

const TEAMS_AT_ONCE_MAX = 10;
// As on the tablets.
const TIMEOUT = '10s';
const ATTEMPTS_MAX = 10;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

const passages = new SharedArray('passages', () => JSON.parse(open(__ENV.PASSAGES)));
// At the first checkpoint, and as many at every other.
const teams = passages.filter((it) => it.checkpoint === passages[0].checkpoint).length;
const url = `${__ENV.SERVER}/api/races/${__ENV.RACE}/events`;
const sessions = new SharedArray('sessions', () => (__ENV.SESSIONS ? JSON.parse(open(__ENV.SESSIONS)) : []));

const recorded = new Counter('passages_recorded');
const lost = new Counter('passages_lost');
const retried503 = new Counter('retried_503');
const retriedOther = new Counter('retried_other');
// From the first attempt to the answer that says all is kept.
const entry = new Trend('entry_duration', true);

// A 503 asks to come again and is no failure, as long as coming again helps.
http.setResponseCallback(http.expectedStatuses(200, 503));

export const trendStats = ['avg', 'med', 'p(95)', 'p(99)', 'max', 'count'];

// Scenarios say for how long, unless the variable does.
let seconds;
// Of this person.
let entered = 0;

// A k6 scenario of so many people, unless the variables say otherwise.
export function people(count, forSeconds) {
  seconds = Number(__ENV.SECONDS ?? forSeconds);
  return {
    executor: 'constant-vus',
    vus: Number(__ENV.PEOPLE ?? count),
    duration: `${seconds}s`,
    gracefulStop: '60s',
  };
}

// Enters the next few teams, when so many have come by since the last; of the last, those
// that come by until the end, so that it is as many as were asked for.
export function enterTeams(teamsPerMinute) {
  const perMinute = Number(__ENV.TEAMS_PER_MINUTE ?? teamsPerMinute);
  const left = Math.floor((perMinute * seconds) / 60) - entered;
  const count = Math.min(1 + Math.floor(Math.random() * TEAMS_AT_ONCE_MAX), left);
  const until = count > 0 ? ((entered + count) / perMinute) * 60 : seconds + 1;
  sleep(Math.max(0, exec.scenario.startTime + until * 1_000 - Date.now()) / 1_000);
  if (count > 0) {
    send(nextTeams(count));
    entered += count;
  }
}

// Each person stands at a checkpoint of their own, enters every team that comes by, and
// goes on to the next that nobody stands at.
function nextTeams(count) {
  const [people, own] = [exec.instance.vusInitialized, exec.vu.idInTest - 1];
  return Array.from({ length: count }, (_, at) => {
    const [stop, team] = [Math.floor((entered + at) / teams), (entered + at) % teams];
    const passage = passages[(own + stop * people) * teams + team];
    return { id: crypto.randomUUID(), type: 'passage_recorded', ...passage };
  });
}

// Sends them until they are kept.
function send(events) {
  const body = JSON.stringify({ events });
  const sentMs = Date.now();
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const answer = http.post(url, body, { headers: headers(), timeout: TIMEOUT });
    if (answer.status === 200) {
      entry.add(Date.now() - sentMs);
      recorded.add(events.length);
      lost.add(0);
      // Whoever measures how late viewers see them reads this.
      console.log(JSON.stringify({ sent_ms: sentMs, seqs: answer.json('results.#.seq') }));
      return;
    }
    (answer.status === 503 ? retried503 : retriedOther).add(1);
    sleep(waitMs(answer, attempt) / 1_000);
  }
  lost.add(events.length);
}

// With a token, or as a browser sends it whose person has logged in.
function headers() {
  const json = { 'Content-Type': 'application/json' };
  if (sessions.length === 0) return { ...json, Authorization: `Bearer ${__ENV.TOKEN}` };
  const Cookie = sessions[(exec.vu.idInTest - 1) % sessions.length];
  return { ...json, Cookie, Origin: __ENV.SERVER };
}

// As long as the server says; else longer each time, and never for all the same.
function waitMs(answer, attempt) {
  const asked = Number(answer.headers['Retry-After'] ?? 0) * 1_000;
  const backoff = Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
  return Math.max(asked, backoff * (0.5 + Math.random() / 2));
}
