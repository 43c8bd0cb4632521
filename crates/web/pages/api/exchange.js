/**
 * Operations and their examples, read out of the document.
 *
 * An example has the same name at the request and at the answer it gives.
 * Knows nothing of a page: a test runs it, too.
 */

/**
 * @typedef {Record<string, any>} Json
 *
 * @typedef {object} Operation
 * @property {string} id
 * @property {string} method in capitals
 * @property {string} path
 * @property {string} tag
 * @property {Json} json as it stands in the document
 *
 * @typedef {object} Exchange
 * @property {string} name
 * @property {string} summary
 * @property {number} status
 * @property {Json} parameters values by name
 * @property {unknown} body undefined without one
 * @property {string} bodyType media type of the body; empty without one
 * @property {unknown} answer undefined without one
 * @property {string} media of the answer; empty without one
 */

const METHODS = ['post', 'get', 'put', 'patch', 'delete'];

/**
 * All operations: by tag, and what makes a thing before what shows it.
 *
 * @param {Json} document
 * @returns {Operation[]}
 */
export function operationsOf(document) {
  const tags = document.tags.map((/** @type {Json} */ tag) => tag.name);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, json]) => ({
      id: json.operationId,
      method: method.toUpperCase(),
      path,
      tag: json.tags[0],
      json,
    })),
  );
  /** @param {Operation} it */
  const place = (it) =>
    tags.indexOf(it.tag) * METHODS.length + METHODS.indexOf(it.method.toLowerCase());
  return operations.sort((a, b) => place(a) - place(b) || (a.path < b.path ? -1 : 1));
}

/**
 * The examples of an operation, successes first.
 *
 * @param {Operation} operation
 * @returns {Exchange[]}
 */
export function exchangesOf({ json }) {
  /** @type {[string, Json][]} */
  const contents = Object.entries(json.requestBody?.content ?? {});
  const [type, content] = contents.find(([, it]) => it.examples) ?? ['', {}];
  const requests = content.examples ?? {};
  /** @type {Exchange[]} */
  const exchanges = [];
  /** @param {string} name */
  const parametersOf = (name) =>
    Object.fromEntries(
      json.parameters
        .filter((/** @type {Json} */ it) => it.examples?.[name])
        .map((/** @type {Json} */ it) => [it.name, it.examples[name].value]),
    );
  /**
   * @param {string} name
   * @param {string} status
   * @param {string} summary
   * @param {string} media
   * @param {unknown} answer
   */
  const add = (name, status, summary, media, answer) => {
    const body = requests[name]?.value;
    const parameters = parametersOf(name);
    const bodyType = body === undefined ? '' : type;
    exchanges.push({ name, summary, status: Number(status), parameters, body, bodyType, answer, media });
  };
  for (const [status, response] of Object.entries(json.responses)) {
    for (const [media, shown] of Object.entries(response.content ?? {})) {
      for (const [name, example] of Object.entries(shown.examples ?? {})) {
        add(name, status, example.summary, media, example.value);
      }
    }
  }
  // Where success has no body, the requests that no answer claims are its.
  const empty = Object.keys(json.responses).find((status) => status === '204');
  for (const parameter of empty ? json.parameters : []) {
    for (const [name, example] of Object.entries(parameter.examples ?? {})) {
      if (exchanges.some((it) => it.name === name)) continue;
      add(name, '204', example.summary, '', undefined);
    }
  }
  return exchanges.sort((a, b) => a.status - b.status || (a.name < b.name ? -1 : 1));
}

/**
 * The address of an example, below the origin.
 *
 * @param {Operation} operation
 * @param {Json} values of the parameters
 */
export function addressOf({ path, json }, values) {
  const query = [];
  let address = path;
  for (const { name, in: place } of json.parameters) {
    if (!(name in values)) continue;
    const items = [values[name]].flat().map((item) => encodeURIComponent(String(item)));
    if (place === 'path') address = address.replace(`{${name}}`, items.join(','));
    if (place === 'query') query.push(`${name}=${items.join(',')}`);
  }
  return query.length > 0 ? `${address}?${query.join('&')}` : address;
}

/**
 * Who may call an operation: roles, and `everyone`.
 *
 * @param {Operation} operation
 * @returns {string[]}
 */
export function rolesOf({ json }) {
  if (json.security.length === 0) return ['everyone'];
  return json.security.map((/** @type {Json} */ it) => it.bearer?.[0] ?? 'everyone');
}
