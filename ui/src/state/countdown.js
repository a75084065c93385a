/**
 * How long the clipboard still holds a copied key. Rust counts and clears; this only tells the window what to write
 * between two messages from Rust. The present is passed in.
 */

/** @typedef {import("../types/ClipboardState").ClipboardState} ClipboardState */

/** How long "Clipboard cleared." stays, in milliseconds. */
export const CLEARED_SHOWN_MS = 8000;

/**
 * @param {ClipboardState | null} hold
 * @param {number} now milliseconds of any clock that does not jump
 * @returns {number | null} the moment the clipboard is cleared, null when nothing is counted
 */
export function deadline(hold, now) {
  return hold === null || hold.remainingMs === null ? null : now + hold.remainingMs;
}

/**
 * @param {number} end
 * @param {number} now
 * @returns {number} whole seconds left, never below 0; 1 until the last millisecond has gone
 */
export function secondsLeft(end, now) {
  return Math.max(0, Math.ceil((end - now) / 1000));
}
