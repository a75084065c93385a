import { expect, test } from "vitest";
import type { KeyState } from "../host/types/KeyState";
import { strings } from "../strings";
import { expiryStage, isUsable, nextStateChange, pauseEnd } from "./key-state";
import { keyFixture } from "./test-fixtures";

const DAY = 24 * 3_600_000;

test("only active and disabled keys are usable", () => {
  const states = Object.keys(strings.keys.states) as KeyState[];
  expect(states.filter((state) => isUsable({ state }))).toEqual(["active", "disabled"]);
});

test("expiry is near within 30 days and urgent within 7", () => {
  const stage = (expiresAt: number | null, state: KeyState = "active") => expiryStage({ state, expiresAt }, 0);
  expect([stage(null), stage(31 * DAY), stage(30 * DAY), stage(7 * DAY)]).toEqual(["none", "none", "near", "urgent"]);
  expect(stage(DAY, "disabled")).toBe("urgent");
  expect(stage(DAY, "revoked"), "it has ended already").toBe("none");
});

test("only a disabled key has the end of a pause", () => {
  expect(pauseEnd(keyFixture("k", { state: "disabled", disabledUntil: 5 }))).toBe(5);
  expect(pauseEnd(keyFixture("k", { state: "active", disabledUntil: 5 }))).toBeNull();
});

test("key changes at the end of a pause, of its old secret, or at the expiry, whichever is first", () => {
  expect(nextStateChange(keyFixture())).toBeNull();
  expect(nextStateChange(keyFixture("k", { state: "disabled", disabledUntil: 5, expiresAt: 9 }))).toBe(5);
  expect(nextStateChange(keyFixture("k", { state: "disabled", disabledUntil: 12, expiresAt: 9 }))).toBe(9);
  expect(nextStateChange(keyFixture("k", { oldSecretEndsAt: 4, expiresAt: 9 }))).toBe(4);
  expect(nextStateChange(keyFixture("k", { state: "expired", expiresAt: 9 }))).toBeNull();
});
