/**
 * The lines that tell the recorder how things stand: the queue, the clock, the
 * bib being typed.
 */

import { need, setText } from '../shared/dom.js';

const MINUTE_MS = 60_000;

/** Signs beside the advice's words. */
const SIGNS = { empty: '', good: '✓', partial: '…', unknown: '?', already: '!' };

/**
 * @param {import('./journal.js').Journal} journal
 * @param {import('./sender.js').Sender} sender
 * @param {import('./words.js').T} t
 */
export function showQueue(journal, sender, t) {
  const unsent = journal.unsent();
  const needy = journal.records.filter(({ state }) => state === 'attention').length;
  const queue = need('#queue');
  queue.dataset.state = needy > 0 ? 'attention' : unsent.length > 0 ? 'unsent' : 'clear';
  queue.dataset.unsent = String(unsent.length);
  const parts = [];
  if (unsent.length > 0) parts.push(unsentText(unsent, t));
  if (needy > 0) parts.push(t('queue_attention', { n: needy }));
  setText(queue, parts.join(' · ') || t('queue_clear'));
  const { problem } = sender;
  const line = need('#problem');
  line.hidden = !problem;
  line.dataset.state = problem?.kind ?? '';
  if (problem) setText(line, t(`problem_${problem.kind}`, { detail: problem.detail }));
}

/**
 * @param {import('./store.js').Kept[]} unsent
 * @param {import('./words.js').T} t
 */
function unsentText(unsent, t) {
  const n = unsent.length;
  const minutes = Math.floor((Date.now() - Date.parse(unsent[0]?.deviceTime ?? '')) / MINUTE_MS);
  return minutes >= 1 ? t('queue_oldest', { n, minutes }) : t('queue_unsent', { n });
}

/**
 * @param {import('./device-clock.js').Known | undefined} known
 * @param {import('./words.js').T} t
 */
export function showClock(known, t) {
  const element = need('#clock');
  element.dataset.state = known ? 'known' : 'unknown';
  if (!known) {
    setText(element, t('clock_unknown'));
    return;
  }
  const sign = known.offsetMs < 0 ? '−' : '+';
  const offset = sign + (Math.abs(known.offsetMs) / 1000).toFixed(2);
  setText(element, t('clock_offset', { offset, error: (known.errorMs / 1000).toFixed(2) }));
}

/**
 * @param {string} bib
 * @param {import('./bib-check.js').Advice} advice
 * @param {import('./words.js').T} t
 */
export function showAdvice(bib, { verdict, text }, t) {
  const display = need('#display');
  display.dataset.state = verdict;
  setText(need('#bib'), bib);
  setText(need('.sign', display), SIGNS[verdict]);
  setText(need('#advice'), text);
  setText(need('[data-key=record]'), t(bib ? 'record' : 'record_time'));
}
