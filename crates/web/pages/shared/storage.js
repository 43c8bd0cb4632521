/**
 * What a page remembers on its device. Private browsing may refuse storage:
 * then it is forgotten, and nothing else fails.
 */

/**
 * @param {string} key
 * @returns {string | null}
 */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Full or forbidden: the page works on without a memory.
  }
}
