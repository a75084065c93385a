import { expect, test, vi } from "vitest";
import { CommandError } from "../../../host/command-error";
import type { Host } from "../../../host/host";
import type { RouteRule } from "../../../host/types/RouteRule";
import type { RouteTest } from "../../../host/types/RouteTest";
import { RuleTest } from "./rule-test";

const RULES: RouteRule[] = [
  { method: "POST", path: "/search", access: "read" },
  { method: null, path: "/health", access: "open" },
];

async function setUp(testRoute: Host["testRoute"]): Promise<RuleTest> {
  const rule = new RuleTest({ testRoute });
  await rule.setRules(RULES);
  return rule;
}

test("summary names the matching rule", async () => {
  const testRoute = vi.fn<Host["testRoute"]>(() => Promise.resolve({ access: "read", rule: 0, reason: "rule 1" }));
  const rule = await setUp(testRoute);
  rule.path = "search?q=shoes";
  await rule.setMethod("POST");
  expect(testRoute, "a query may override the method").toHaveBeenCalledWith({
    rules: RULES,
    method: "POST",
    path: "/search?q=shoes",
  });
  expect(rule.summary).toBe("Needs Read (rule 1: POST /search)");
});

test("summary without a rule names the reason", async () => {
  const rule = await setUp(() => Promise.resolve({ access: "write", rule: null, reason: "its path has dot segments" }));
  rule.path = "/a/../b";
  await rule.run();
  expect(rule.summary).toMatch(/^Needs Write \(its path has \. or \.\. segments/);
});

test("other reasons are shown as they are", async () => {
  const rule = await setUp(() => Promise.resolve({ access: "write", rule: null, reason: "its path has a backslash" }));
  rule.path = "/a\\b";
  await rule.run();
  expect(rule.summary).toBe("Needs Write (its path has a backslash)");
});

test("outdated result is dropped", async () => {
  const responses: ((response: RouteTest) => void)[] = [];
  const rule = await setUp(() => new Promise((resolve) => responses.push(resolve)));
  rule.path = "/a";
  const first = rule.run();
  rule.path = "/b";
  const second = rule.run();
  const [respondToFirst, respondToSecond] = responses;
  respondToSecond?.({ access: "open", rule: 1, reason: "rule 2" });
  respondToFirst?.({ access: "write", rule: null, reason: "default for its method" });
  await Promise.all([first, second]);
  expect(rule.result?.access).toBe("open");
});

test("typing is tested after a pause", async () => {
  vi.useFakeTimers();
  try {
    const testRoute = vi.fn<Host["testRoute"]>(() => Promise.resolve({ access: "read", rule: 0, reason: "rule 1" }));
    const rule = await setUp(testRoute);
    rule.setPath("/s");
    rule.setPath("/search");
    await vi.runAllTimersAsync();
    expect(testRoute.mock.calls.map(([{ path }]) => path)).toEqual(["/search"]);
  } finally {
    vi.useRealTimers();
  }
});

test("emptied path clears the result without a request", async () => {
  const testRoute = vi.fn<Host["testRoute"]>(() => Promise.resolve({ access: "read", rule: 0, reason: "rule 1" }));
  const rule = await setUp(testRoute);
  rule.path = "/search";
  await rule.run();
  rule.path = " ";
  await rule.run();
  expect(testRoute).toHaveBeenCalledTimes(1);
  expect(rule.summary).toBe("");
});

test("invalid rule is named", async () => {
  const error = new CommandError("invalid_route_rule", "Invalid path.", "Begin with /.", "rules.1");
  const rule = await setUp(() => Promise.reject(error));
  rule.path = "/a";
  await rule.run();
  expect(rule.summary).toBe("Fix rule 2 first.");
});
