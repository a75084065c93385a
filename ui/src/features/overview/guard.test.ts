import { expect, test } from "vitest";
import { environmentFixture, gatewayFixture } from "../../stores/test-fixtures";
import { findGuard, findSteps, isComplete } from "./guard";

const unused = environmentFixture("e");
const used = environmentFixture("e", { activeKeys: 1, lastRequestAt: 5 });
const never = gatewayFixture({ address: null });

test("running gateway guards the environment", () => {
  expect(findGuard(unused, gatewayFixture(), "127.0.0.1:7420", null)).toEqual({ kind: "gateway", address: "127.0.0.1:7420" });
});

test("service that checked its keys guards the environment, unless its gateway runs", () => {
  const service = "127.0.0.1:7878";
  const guard = findGuard(used, gatewayFixture(), undefined, service);
  expect(guard, "the stopped gateway does not matter").toEqual({ kind: "service", address: service });
  expect(findGuard(used, gatewayFixture(), "127.0.0.1:7420", service).kind).toBe("gateway");
  expect(findSteps(unused, guard).isGuarded).toBe(true);
});

test("stopped gateway guards nothing, even if there were requests", () => {
  expect(findGuard(used, gatewayFixture(), undefined, null)).toEqual({ kind: "stopped" });
});

test("requests without a gateway were checked elsewhere", () => {
  expect(findGuard(used, never, undefined, null)).toEqual({ kind: "elsewhere", lastRequestAt: 5 });
  expect(findGuard(unused, never, undefined, null)).toEqual({ kind: "nothing" });
  expect(findGuard(unused, undefined, undefined, null)).toEqual({ kind: "nothing" });
});

test("steps are done by a key, a running gateway and a request", () => {
  expect(findSteps(unused, { kind: "nothing" })).toEqual({ hasKey: false, isGuarded: false, isTried: false });
  const running = { kind: "gateway", address: "127.0.0.1:7420" } as const;
  expect(findSteps(unused, running)).toEqual({ hasKey: false, isGuarded: true, isTried: false });
  expect(isComplete(findSteps(used, { kind: "stopped" }))).toBe(true);
  expect(isComplete(findSteps({ ...used, activeKeys: 0 }, running)), "its last key was revoked").toBe(false);
});
