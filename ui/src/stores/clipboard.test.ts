import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import { CLEARED_SHOWN_MS, Clipboard } from "./clipboard";

const held = { state: { seconds: 45, remainingMs: 45_000 }, cleared: false, problem: null };
const cleared = { state: null, cleared: true, problem: null };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const newClipboard = () => new Clipboard({ clearClipboard: async () => null }, () => 1000);

test("state and countdown follow Rust", () => {
  const clipboard = newClipboard();
  clipboard.receive(held);
  expect([clipboard.state?.seconds, clipboard.expiresAt, clipboard.justCleared]).toEqual([45, 46_000, false]);
  clipboard.receive(cleared);
  expect([clipboard.state, clipboard.expiresAt, clipboard.justCleared]).toEqual([null, null, true]);
});

test("cleared message disappears", () => {
  const clipboard = newClipboard();
  clipboard.receive(cleared);
  vi.advanceTimersByTime(CLEARED_SHOWN_MS - 1);
  expect(clipboard.justCleared).toBe(true);
  vi.advanceTimersByTime(1);
  expect(clipboard.justCleared).toBe(false);
});

test("second cleared message is shown as long as the first", () => {
  const clipboard = newClipboard();
  clipboard.receive(cleared);
  vi.advanceTimersByTime(CLEARED_SHOWN_MS / 2);
  clipboard.receive(held);
  clipboard.receive(cleared);
  vi.advanceTimersByTime(CLEARED_SHOWN_MS - 1);
  expect(clipboard.justCleared, "the timer of the first message must not end the second").toBe(true);
  vi.advanceTimersByTime(1);
  expect(clipboard.justCleared).toBe(false);
});

test("failed clearing is shown until it is dismissed", async () => {
  const clipboard = new Clipboard({
    clearClipboard: () => Promise.reject(new CommandError("clear_failed", "Not cleared.", "Copy something else.")),
  });
  await clipboard.clear();
  expect(clipboard.problem).toMatchObject({ message: "Not cleared.", advice: "Copy something else." });
  clipboard.dismissProblem();
  expect(clipboard.problem).toBeNull();
});
