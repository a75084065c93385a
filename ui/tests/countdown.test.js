import { expect, test, vi } from "vitest";
import { Clipboard } from "../src/state/clipboard.js";
import { deadline, secondsLeft } from "../src/state/countdown.js";
import { strings } from "../src/strings.js";

test("countdown_starts_at_close", () => {
  expect(deadline({ seconds: 45, remainingMs: null }, 1000)).toBeNull();
  expect(deadline(null, 1000)).toBeNull();
  expect(deadline({ seconds: 45, remainingMs: 31_000 }, 1000)).toBe(32_000);
});

test("seconds_left_rounds_up_and_stops_at_zero", () => {
  expect(secondsLeft(10_000, 9_001)).toBe(1);
  expect(secondsLeft(10_000, 10_000)).toBe(0);
  expect(secondsLeft(10_000, 99_000), "a late message from Rust writes no negative time").toBe(0);
});

test("clipboard_sentence_follows_the_setting", () => {
  expect(strings.prompt.clipboardAfterClose(null)).toBe("The key stays in the clipboard");
  expect(strings.prompt.clipboardAfterClose(45)).toBe("Clipboard clears 45 s after you close this");
});

test("cleared_message_disappears", () => {
  vi.useFakeTimers();
  const clipboard = new Clipboard({ clearClipboard: async () => null }, () => {}, () => 0);
  clipboard.receive({ state: { seconds: 45, remainingMs: 45_000 }, cleared: false, problem: null });
  expect(clipboard.end).toBe(45_000);
  clipboard.receive({ state: null, cleared: true, problem: null });
  expect([clipboard.end, clipboard.cleared]).toEqual([null, true]);
  vi.advanceTimersByTime(60_000);
  expect(clipboard.cleared).toBe(false);
  vi.useRealTimers();
});
