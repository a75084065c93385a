import { expect, test } from "vitest";
import { environmentFixture, gatewayFixture } from "../../stores/test-fixtures";
import { findGuard, findSteps, isComplete } from "./guard";

const unused = environmentFixture("e");
const used = environmentFixture("e", { activeKeys: 1, lastRequestAt: 5 });
const never = gatewayFixture({ address: null });

test("running gateway guards the environment", () => {
  expect(findGuard(unused, gatewayFixture(), "127.0.0.1:7420")).toEqual({ kind: "gateway", address: "127.0.0.1:7420" });
});

test("stopped gateway guards nothing, even if there were requests", () => {
  expect(findGuard(used, gatewayFixture(), undefined)).toEqual({ kind: "stopped" });
});

test("requests without a gateway were checked elsewhere", () => {
  expect(findGuard(used, never, undefined)).toEqual({ kind: "elsewhere", lastRequestAt: 5 });
  expect(findGuard(unused, never, undefined)).toEqual({ kind: "nothing" });
  expect(findGuard(unused, undefined, undefined)).toEqual({ kind: "nothing" });
});

test("steps are done by a key, a running gateway and a request", () => {
  expect(findSteps(unused, { kind: "nothing" })).toEqual({ hasKey: false, isGuarded: false, isTried: false });
  const running = { kind: "gateway", address: "127.0.0.1:7420" } as const;
  expect(findSteps(unused, running)).toEqual({ hasKey: false, isGuarded: true, isTried: false });
  expect(isComplete(findSteps(used, { kind: "stopped" }))).toBe(true);
  expect(isComplete(findSteps({ ...used, activeKeys: 0 }, running)), "its last key was revoked").toBe(false);
});
