/**
 * Setting up a device: the organiser's link where none was opened, and the
 * checkpoint where the link fixes none.
 */

import { make, need } from '../shared/dom.js';
import { nameOf } from '../shared/names.js';
import { timingPoints } from './timing-points.js';

/** @typedef {import('../shared/types.js').Definition} Definition */

/**
 * @param {HTMLElement} form
 * @param {import('./credentials.js').Credentials} credentials
 * @param {import('./words.js').T} t
 * @param {() => void} done
 * @returns {(definition: Definition, askToken: boolean) => void} opens the form
 */
export function wireSetup(form, credentials, t, done) {
  const token = /** @type {HTMLInputElement} */ (need('[name=token]', form));
  const checkpoint = /** @type {HTMLSelectElement} */ (need('[name=checkpoint]', form));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const chosen = checkpoint.value;
    if (token.value) credentials.accept(token.value);
    // A link that names its checkpoint knows better than what was preselected.
    const named = token.value.includes('checkpoint=');
    if (!named) credentials.choose(chosen);
    token.value = '';
    done();
  });
  return (definition, askToken) => {
    document.body.dataset.state = 'setup';
    need('#station').hidden = true;
    form.hidden = false;
    need('#token-part', form).hidden = !askToken;
    const points = timingPoints(definition);
    checkpoint.replaceChildren(...points.map((point) => option(point, credentials.checkpoint)));
    // The start is seldom recorded by hand: the first place after it is likelier.
    if (!credentials.checkpoint) checkpoint.selectedIndex = Math.min(1, points.length - 1);
    need('#checkpoint').textContent = t('title');
    document.title = `${t('setup')} – tasuki`;
  };
}

/**
 * @param {{id: string, name?: import('../shared/types.js').Name}} point
 * @param {string} chosen
 */
function option({ id, name }, chosen) {
  const element = /** @type {HTMLOptionElement} */ (make('option', '', nameOf(name, id)));
  element.value = id;
  element.selected = id === chosen;
  return element;
}
