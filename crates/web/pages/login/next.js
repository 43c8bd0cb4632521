/**
 * Where to go on to after the login: `?next=/races/…`, and nowhere but on this
 * server, since anybody can make a link to this page.
 *
 * @param {string} search
 * @param {string} origin
 * @returns {string}
 */
export function nextOf(search, origin) {
  const next = new URLSearchParams(search).get('next') ?? '/';
  let url;
  try {
    url = new URL(next, origin);
  } catch {
    return '/';
  }
  return url.origin === origin ? url.pathname + url.search + url.hash : '/';
}
