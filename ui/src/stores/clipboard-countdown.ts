/** The time until the clipboard is cleared. Rust counts and clears; this counts the seconds between two events. */
import type { ClipboardState } from "../host/types/ClipboardState";

/** Returns when the clipboard is cleared, on the clock of `now` in milliseconds; null without a countdown. */
export function deadline(state: ClipboardState | null, now: number): number | null {
  return state === null || state.remainingMs === null ? null : now + state.remainingMs;
}

/** Returns the whole seconds left, rounded up, never below 0. */
export function secondsLeft(expiresAt: number, now: number): number {
  return Math.max(0, Math.ceil((expiresAt - now) / 1000));
}
