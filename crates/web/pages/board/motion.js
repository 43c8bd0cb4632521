/**
 * How rows move: by transform from where they were, and seldom.
 */

/** Above so many movers nobody can follow: all swap at once. */
const MOVERS_MAX = 20;

const MOVE_MS = 300;

const FLASH_MS = 2000;

/** Where nothing may move or fade, the marking stands still, and longer. */
const FLASH_STILL_MS = 10_000;

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** @type {WeakMap<HTMLElement, number>} */
const flashTimers = new WeakMap();

/**
 * Puts the elements into the body in this order.
 *
 * @param {HTMLElement} body
 * @param {HTMLElement[]} elements
 * @param {boolean} calm whether rows may be seen moving
 */
export function place(body, elements, calm) {
  const movers = calm && !reducedMotion.matches ? moversOf(body, elements) : [];
  const before = movers.map((element) => element.offsetTop);
  /** @type {Element | null} */
  let next = body.firstElementChild;
  for (const element of elements) {
    if (element === next) next = next.nextElementSibling;
    else body.insertBefore(element, next);
  }
  const after = movers.map((element) => element.offsetTop);
  movers.forEach((element, n) => slide(element, (before[n] ?? 0) - (after[n] ?? 0)));
}

/**
 * The rows that change their place among those that stay, or none where they
 * are too many to follow.
 *
 * @param {HTMLElement} body
 * @param {HTMLElement[]} elements
 */
function moversOf(body, elements) {
  const staying = elements.filter((element) => element.parentElement === body);
  const kept = new Set(/** @type {Element[]} */ (staying));
  const before = [...body.children].filter((element) => kept.has(element));
  const movers = staying.filter((element, n) => element !== before[n]);
  return movers.length > MOVERS_MAX ? [] : movers;
}

/**
 * @param {HTMLElement} element
 * @param {number} from pixels above or below its new place
 */
function slide(element, from) {
  if (from === 0) return;
  // Who moves up passes in front of those who give way.
  const zIndex = from > 0 ? '1' : '0';
  element.animate(
    [
      { transform: `translateY(${from}px)`, zIndex },
      { transform: 'none', zIndex },
    ],
    { duration: MOVE_MS, easing: 'ease-out' },
  );
}

/**
 * Marks a row as new for a moment.
 *
 * @param {HTMLElement} element
 */
export function flash(element) {
  clearTimeout(flashTimers.get(element));
  element.dataset.flash = '';
  const ms = reducedMotion.matches ? FLASH_STILL_MS : FLASH_MS;
  flashTimers.set(element, setTimeout(() => delete element.dataset.flash, ms));
}
