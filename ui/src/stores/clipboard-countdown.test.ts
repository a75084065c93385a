import { expect, test } from "vitest";
import { strings } from "../strings";
import { deadline, secondsLeft } from "./clipboard-countdown";

test("countdown starts when its time is known", () => {
  expect(deadline({ seconds: 45, remainingMs: null }, 1000)).toBeNull();
  expect(deadline(null, 1000)).toBeNull();
  expect(deadline({ seconds: 45, remainingMs: 31_000 }, 1000)).toBe(32_000);
});

test("seconds left are rounded up and never negative", () => {
  expect(secondsLeft(10_000, 9_001)).toBe(1);
  expect(secondsLeft(10_000, 10_000)).toBe(0);
  expect(secondsLeft(10_000, 99_000), "the event from Rust may be late").toBe(0);
});

test("clipboard sentence follows the setting", () => {
  expect(strings.prompt.clipboardAfterClose(null)).toBe("The key stays in the clipboard");
  expect(strings.prompt.clipboardAfterClose(45)).toBe("Clipboard clears 45 s after you close this");
});
