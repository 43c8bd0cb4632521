/**
 * RFC 7396 JSON Merge Patch.
 *
 * The target stays as it is: what the patch touches is copied, all else is
 * shared. So `before !== after` tells, without comparing, what changed.
 *
 * @template T
 * @param {T} target
 * @param {unknown} patch
 * @returns {T}
 */
export function mergePatch(target, patch) {
  return /** @type {T} */ (merge(target, patch));
}

/**
 * @param {unknown} target
 * @param {unknown} patch
 * @returns {unknown}
 */
function merge(target, patch) {
  if (!isObject(patch)) return patch;
  /** @type {Record<string, unknown>} */
  const merged = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
