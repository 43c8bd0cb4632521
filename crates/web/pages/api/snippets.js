/**
 * Programs that make an example's request, to be copied and run as they are:
 * the address is this server's, the token comes from `TASUKI_TOKEN`.
 *
 * Knows nothing of a page: a test runs what it writes.
 */

import { addressOf } from './exchange.js';

/** @typedef {import('./exchange.js').Json} Json */
/** @typedef {import('./exchange.js').Operation} Operation */
/** @typedef {import('./exchange.js').Exchange} Exchange */

/**
 * @typedef {object} Request
 * @property {string} method
 * @property {string} url
 * @property {[string, string][]} headers
 * @property {boolean} secret needs a token
 * @property {unknown} body
 * @property {'json' | 'text' | 'stream' | 'nothing'} gives
 */

/** The languages, in the order in which they are offered. */
export const LANGUAGES = /** @type {const} */ (['curl', 'JavaScript', 'Python']);

/**
 * @param {(typeof LANGUAGES)[number]} language
 * @param {Operation} operation
 * @param {Exchange} exchange
 * @param {string} origin
 */
export function snippet(language, operation, exchange, origin) {
  const request = requestOf(operation, exchange, origin);
  const writers = { curl, JavaScript: javascript, Python: python };
  return writers[language](request);
}

/**
 * @param {Operation} operation
 * @param {Exchange} exchange
 * @param {string} origin
 * @returns {Request}
 */
function requestOf(operation, exchange, origin) {
  const { method, json } = operation;
  /** @type {[string, string][]} */
  const headers = json.parameters
    .filter((/** @type {Json} */ it) => it.in === 'header' && it.name in exchange.parameters)
    .map((/** @type {Json} */ it) => [it.name, String(exchange.parameters[it.name])]);
  if (exchange.body !== undefined) headers.push(['Content-Type', exchange.bodyType]);
  return {
    method,
    url: origin + addressOf(operation, exchange.parameters),
    headers,
    // A session is a browser's; programs show a token.
    secret: json.security.some((/** @type {object} */ way) => 'bearer' in way),
    body: exchange.body,
    gives: givesOf(exchange.media),
  };
}

/** @param {string} media */
function givesOf(media) {
  if (media === '') return 'nothing';
  if (media === 'text/event-stream') return 'stream';
  return media.endsWith('json') && media !== 'application/x-ndjson' ? 'json' : 'text';
}

/** @param {Request} request */
function curl({ method, url, headers, secret, body, gives }) {
  const parts = ['curl --fail-with-body'];
  if (gives === 'stream') parts[0] += ' --no-buffer';
  if (method !== 'GET') parts[0] += ` --request ${method}`;
  if (secret) parts.push('--header "Authorization: Bearer $TASUKI_TOKEN"');
  for (const [name, value] of headers) parts.push(`--header ${quoted(`${name}: ${value}`)}`);
  if (body !== undefined) parts.push('--data-binary @-');
  parts.push(quoted(url));
  const command = parts.join(' \\\n  ');
  // Read as it is: no character of the body means anything to the shell.
  return body === undefined ? command : heredoc(command, body);
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * @param {string} command
 * @param {unknown} body
 */
function heredoc(command, body) {
  if (typeof body === 'string') return `${command} <<'FILE'\n${body.trimEnd()}\nFILE`;
  return `${command} <<'JSON'\n${pretty(body)}\nJSON`;
}

/** @param {unknown} json */
function pretty(json) {
  return JSON.stringify(json, null, 2);
}

/** @param {Request} request */
function javascript({ method, url, headers, secret, body, gives }) {
  const options = [];
  if (method !== 'GET') options.push(`method: ${JSON.stringify(method)},`);
  const shown = headers.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  if (secret) shown.unshift('Authorization: `Bearer ${process.env.TASUKI_TOKEN}`,');
  if (shown.length > 0) options.push('headers: {', ...shown.map((line) => `  ${line}`), '},');
  if (typeof body === 'string') options.push(`body: ${JSON.stringify(body)},`);
  else if (body !== undefined) options.push(...`body: JSON.stringify(${pretty(body)}),`.split('\n'));
  const object = options.length > 0 ? `, {\n${indented(options, '  ')}\n}` : '';
  const printing = {
    json: ['console.log(await response.json());'],
    text: ['console.log(await response.text());'],
    nothing: ['console.log(response.status);'],
    stream: [
      'const decoder = new TextDecoder();',
      'for await (const bytes of response.body) {',
      '  process.stdout.write(decoder.decode(bytes, { stream: true }));',
      '}',
    ],
  };
  return [
    `const response = await fetch(${JSON.stringify(url)}${object});`,
    'if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);',
    ...printing[gives],
  ].join('\n');
}

/** @param {Request} request */
function python({ method, url, headers, secret, body, gives }) {
  const shown = headers.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  if (secret) shown.unshift(`"Authorization": "Bearer " + os.environ["TASUKI_TOKEN"],`);
  const given = [`${JSON.stringify(url)},`];
  if (method !== 'GET') given.push(`method=${JSON.stringify(method)},`);
  if (shown.length > 0) given.push('headers={', ...shown.map((line) => `    ${line}`), '},');
  if (typeof body === 'string') given.push(`data=${JSON.stringify(body)}.encode(),`);
  else if (body !== undefined) given.push(...`data=json.dumps(${literal(body, '')}).encode(),`.split('\n'));
  const printing = {
    json: ['print(json.load(response))'],
    text: ['print(response.read().decode())'],
    nothing: ['print(response.status)'],
    stream: ['for line in response:', '    print(line.decode(), end="")'],
  };
  const modules = ['urllib.request'];
  if (secret) modules.unshift('os');
  if (gives === 'json' || (body !== undefined && typeof body !== 'string')) modules.unshift('json');
  return [
    ...modules.map((name) => `import ${name}`),
    '',
    'request = urllib.request.Request(',
    indented(given, '    '),
    ')',
    'with urllib.request.urlopen(request) as response:',
    indented(printing[gives], '    '),
  ].join('\n');
}

/**
 * @param {string[]} lines
 * @param {string} by
 */
function indented(lines, by) {
  return lines.map((line) => by + line).join('\n');
}

/**
 * A value as Python writes it.
 *
 * @param {unknown} value
 * @param {string} by how far the line that it stands in is indented
 * @returns {string}
 */
function literal(value, by) {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = `${by}    `;
  const [open, close, lines] = Array.isArray(value)
    ? ['[', ']', value.map((item) => literal(item, inner))]
    : ['{', '}', Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}: ${literal(v, inner)}`)];
  if (lines.length === 0) return open + close;
  return `${open}\n${lines.map((line) => `${inner}${line},\n`).join('')}${by}${close}`;
}
