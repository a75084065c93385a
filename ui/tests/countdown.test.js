import { expect, test, vi } from "vitest";
import { Clipboard } from "../src/state/clipboard.js";
import { afterCloseSentence, deadline, secondsLeft } from "../src/state/countdown.js";

test("before_close_nothing_is_counted", () => {
  expect(deadline({ seconds: 45, remainingMs: null }, 1000)).toBeNull();
  expect(deadline(null, 1000)).toBeNull();
  expect(deadline({ seconds: 45, remainingMs: 31_000 }, 1000)).toBe(32_000);
});

test("the_last_second_is_said_until_it_is_over", () => {
  expect(secondsLeft(10_000, 9_001)).toBe(1);
  expect(secondsLeft(10_000, 10_000)).toBe(0);
  expect(secondsLeft(10_000, 99_000), "a late message from Rust writes no negative time").toBe(0);
});

test("never_says_that_the_clipboard_keeps_the_key", () => {
  expect(afterCloseSentence(null)).toBe("The clipboard keeps the key");
  expect(afterCloseSentence(45)).toBe("Clipboard clears 45 s after Close");
});

test("clipboard_cleared_is_said_and_goes_away", () => {
  vi.useFakeTimers();
  const clipboard = new Clipboard({ clearClipboard: async () => null }, () => {}, () => 0);
  clipboard.heard({ hold: { seconds: 45, remainingMs: 45_000 }, cleared: false, problem: null });
  expect(clipboard.end).toBe(45_000);
  clipboard.heard({ hold: null, cleared: true, problem: null });
  expect([clipboard.end, clipboard.cleared]).toEqual([null, true]);
  vi.advanceTimersByTime(60_000);
  expect(clipboard.cleared).toBe(false);
  vi.useRealTimers();
});
