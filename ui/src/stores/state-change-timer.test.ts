import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StateChangeTimer } from "./state-change-timer";
import { keyFixture } from "./test-fixtures";

const onChange = vi.fn<() => void>();

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  onChange.mockReset();
});

afterEach(() => void vi.useRealTimers());

test("next expiry or end of a pause is reported", () => {
  const timer = new StateChangeTimer(onChange);
  timer.watch([
    keyFixture("a", { expiresAt: 60_000 }),
    keyFixture("b", { state: "disabled", disabledUntil: 20_000 }),
    keyFixture("c", { state: "revoked", expiresAt: 5000 }),
  ]);
  vi.advanceTimersByTime(19_000);
  expect(onChange).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(onChange).toHaveBeenCalledOnce();
});

test("it is reported again until the key has changed", () => {
  const timer = new StateChangeTimer(onChange);
  timer.watch([keyFixture("a", { expiresAt: 5000 })]);
  vi.advanceTimersByTime(7000);
  expect(onChange).toHaveBeenCalledTimes(3);
  timer.watch([keyFixture("a", { state: "expired", expiresAt: 5000 })]);
  vi.advanceTimersByTime(7000);
  expect(onChange).toHaveBeenCalledTimes(3);
});

test("expiry in a year is waited for in short steps", () => {
  const timer = new StateChangeTimer(onChange);
  const year = 365 * 24 * 3_600_000;
  timer.watch([keyFixture("a", { expiresAt: year })]);
  vi.advanceTimersByTime(year - 1000);
  expect(onChange).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(onChange).toHaveBeenCalledOnce();
  timer.stop();
  vi.advanceTimersByTime(10_000);
  expect(onChange).toHaveBeenCalledOnce();
});
