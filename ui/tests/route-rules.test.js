import { describe, expect, test, vi } from "vitest";
import { HostError } from "../src/host-error.js";
import { moved, RouteRules } from "../src/state/route-rules.js";
import { SampleRequest } from "../src/state/sample-request.js";

/** @typedef {import("../src/types/RouteRule").RouteRule} RouteRule */

/** @type {RouteRule[]} */
const STORED = [
  { method: "POST", path: "/search", access: "read" },
  { method: null, path: "/health", access: "open" },
];
const wrong = (/** @type {number} */ index) => new HostError("invalid_route_rule", "Invalid path.", "Begin with /.", `rules.${index}`);

/** @param {(rules: RouteRule[]) => Promise<{rules: RouteRule[]}>} [respond] */
function editor(respond = (rules) => Promise.resolve({ rules })) {
  const store = vi.fn(respond);
  const rules = new RouteRules(store, () => {});
  rules.adopt(STORED);
  return { rules, store };
}
const paths = (/** @type {{path: string}[]} */ rows) => rows.map(({ path }) => path);

test("row_moves_by_one_and_stops_at_the_ends", () => {
  const rows = /** @type {any[]} */ ([{ path: "a" }, { path: "b" }, { path: "c" }]);
  expect(paths(moved(rows, 1, -1))).toEqual(["b", "a", "c"]);
  expect(paths(moved(rows, 1, 1))).toEqual(["a", "c", "b"]);
  expect(paths(moved(rows, 0, -1))).toEqual(["a", "b", "c"]);
  expect(paths(moved(rows, 2, 1))).toEqual(["a", "b", "c"]);
  expect(paths(rows), "the input must not change").toEqual(["a", "b", "c"]);
});

describe("changes are stored immediately", () => {
  test("moved_rule_keeps_its_row_and_can_be_undone", async () => {
    const { rules, store } = editor();
    const [first, second] = rules.rows;
    const done = await rules.move(second.id, -1);
    expect(store).toHaveBeenLastCalledWith([STORED[1], STORED[0]]);
    expect(rules.rows.map(({ id }) => id), "the focus must follow the row").toEqual([second.id, first.id]);
    await rules.restore(done?.before ?? []);
    expect(rules.rules).toEqual(STORED);
    expect(rules.rows.map(({ id }) => id)).toEqual([first.id, second.id]);
  });

  test("rule_without_a_path_is_not_sent", async () => {
    const { rules, store } = editor();
    const id = rules.add();
    await rules.change(id, { access: "write" });
    expect(store, "an incomplete rule must not be sent").not.toHaveBeenCalled();
    await rules.change(id, { path: "/orders/*" });
    expect(store).toHaveBeenLastCalledWith([...STORED, { method: null, path: "/orders/*", access: "write" }]);
  });

  test("restored_rule_returns_to_its_position", async () => {
    const { rules } = editor();
    const done = await rules.remove(rules.rows[0].id);
    expect(paths(rules.rows)).toEqual(["/health"]);
    await rules.restore(done?.before ?? []);
    expect(paths(rules.rows)).toEqual(["/search", "/health"]);
  });
});

describe("invalid rules are kept", () => {
  test("error_is_shown_at_its_row_after_an_empty_row", async () => {
    const { rules } = editor((sent) =>
      sent.some(({ path }) => path === "orders") ? Promise.reject(wrong(2)) : Promise.resolve({ rules: sent }),
    );
    const empty = rules.add();
    const id = rules.add();
    expect(await rules.change(id, { path: "orders" }), "nothing was stored, so there is nothing to undo").toBeNull();
    expect(rules.failure?.row, "rules.2 counts the rules that were sent").toBe(id);
    expect(rules.failure?.row).not.toBe(empty);
    expect(rules.rows.at(-1)?.path, "the typed path must not be lost").toBe("orders");
    expect(rules.stored).toEqual(STORED);
    await rules.change(id, { path: "/orders" });
    expect(rules.failure).toBeNull();
  });

  test("removing_an_invalid_rule_clears_its_error", async () => {
    const { rules } = editor(() => Promise.reject(wrong(2)));
    const id = rules.add();
    await rules.change(id, { path: "orders" });
    await rules.remove(id);
    expect(rules.failure).toBeNull();
  });
});

test("external_change_is_applied_unless_a_rule_is_invalid", async () => {
  const elsewhere = [STORED[1]];
  const { rules } = editor();
  rules.add();
  rules.adopt(elsewhere);
  expect(paths(rules.rows), "an empty row must be kept").toEqual(["/health", ""]);

  const { rules: invalid } = editor(() => Promise.reject(wrong(0)));
  await invalid.change(invalid.rows[0].id, { path: "search" });
  invalid.adopt(elsewhere);
  expect(paths(invalid.rows)).toEqual(["search", "/health"]);
});

describe("the sample request", () => {
  /** @param {any} testRoute */
  function sample(testRoute) {
    const request = new SampleRequest({ testRoute }, () => {});
    request.rules = STORED;
    return request;
  }

  test("sentence_names_the_deciding_rule", async () => {
    const testRoute = vi.fn(() => Promise.resolve({ access: "read", rule: 0, reason: "rule 1" }));
    const request = sample(testRoute);
    request.method = "POST";
    request.path = "search?q=shoes";
    await request.run();
    expect(testRoute, "a query may override the method").toHaveBeenCalledWith({
      rules: STORED,
      method: "POST",
      path: "/search?q=shoes",
    });
    expect(request.sentence).toBe("Needs Read (rule 1: POST /search)");
    testRoute.mockResolvedValue({
      access: "write",
      rule: /** @type {any} */ (null),
      reason: "its path has dot segments",
    });
    await request.run();
    expect(request.sentence).toBe("Needs Write (its path has dot segments)");
  });

  test("outdated_result_is_dropped", async () => {
    /** @type {((response: any) => void)[]} */
    const responses = [];
    const request = sample(() => new Promise((resolve) => responses.push(resolve)));
    request.path = "/a";
    const first = request.run();
    request.path = "/b";
    const second = request.run();
    responses[1]({ access: "open", rule: 1 });
    responses[0]({ access: "write", rule: null });
    await Promise.all([first, second]);
    expect(request.result?.access).toBe("open");
  });

  test("invalid_rule_is_named", async () => {
    const request = sample(() => Promise.reject(wrong(1)));
    request.path = "/a";
    await request.run();
    expect(request.sentence).toBe("Fix rule 2 first.");
  });
});
