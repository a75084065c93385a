/**
 * The time until the clipboard is cleared. Rust counts and clears; this computes the shown seconds between two events.
 */

/** @typedef {import("../types/ClipboardState").ClipboardState} ClipboardState */

/** How long "Clipboard cleared." is shown, in milliseconds. */
export const CLEARED_SHOWN_MS = 8000;

/**
 * @param {ClipboardState | null} hold
 * @param {number} now milliseconds of a monotonic clock
 * @returns {number | null} when the clipboard is cleared; null without a countdown
 */
export function deadline(hold, now) {
  return hold === null || hold.remainingMs === null ? null : now + hold.remainingMs;
}

/**
 * @param {number} end
 * @param {number} now
 * @returns {number} whole seconds left, rounded up, never below 0
 */
export function secondsLeft(end, now) {
  return Math.max(0, Math.ceil((end - now) / 1000));
}
