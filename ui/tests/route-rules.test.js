import { describe, expect, test, vi } from "vitest";
import { HostError } from "../src/host-error.js";
import { moved, RouteRules } from "../src/state/route-rules.js";
import { SampleRequest } from "../src/state/sample-request.js";

/** @typedef {import("../src/types/RouteRule").RouteRule} RouteRule */

/** @type {RouteRule[]} */
const STORED = [
  { method: "POST", path: "/search", need: "read" },
  { method: null, path: "/health", need: "open" },
];
const wrong = (/** @type {number} */ place) => new HostError("rule_form", "This is no path.", "Begin with /.", `rules.${place}`);

/** @param {(rules: RouteRule[]) => Promise<{rules: RouteRule[]}>} [answer] */
function editor(answer = (rules) => Promise.resolve({ rules })) {
  const store = vi.fn(answer);
  const rules = new RouteRules(store, () => {});
  rules.adopt(STORED);
  return { rules, store };
}
const paths = (/** @type {{path: string}[]} */ rows) => rows.map(({ path }) => path);

test("rows_move_by_one_and_stop_at_the_ends", () => {
  const rows = /** @type {any[]} */ ([{ path: "a" }, { path: "b" }, { path: "c" }]);
  expect(paths(moved(rows, 1, -1))).toEqual(["b", "a", "c"]);
  expect(paths(moved(rows, 1, 1))).toEqual(["a", "c", "b"]);
  expect(paths(moved(rows, 0, -1))).toEqual(["a", "b", "c"]);
  expect(paths(moved(rows, 2, 1))).toEqual(["a", "b", "c"]);
  expect(paths(rows), "the list that was given stays as it was").toEqual(["a", "b", "c"]);
});

describe("changes are stored at once", () => {
  test("a_moved_rule_keeps_its_row_and_can_be_taken_back", async () => {
    const { rules, store } = editor();
    const [first, second] = rules.rows;
    const done = await rules.move(second.id, -1);
    expect(store).toHaveBeenLastCalledWith([STORED[1], STORED[0]]);
    expect(rules.rows.map(({ id }) => id), "focus goes with the row").toEqual([second.id, first.id]);
    await rules.restore(done?.before ?? []);
    expect(rules.rules).toEqual(STORED);
    expect(rules.rows.map(({ id }) => id)).toEqual([first.id, second.id]);
  });

  test("a_rule_without_a_path_waits_until_it_has_one", async () => {
    const { rules, store } = editor();
    const id = rules.add();
    await rules.change(id, { need: "write" });
    expect(store, "half a rule is not sent").not.toHaveBeenCalled();
    await rules.change(id, { path: "/orders/*" });
    expect(store).toHaveBeenLastCalledWith([...STORED, { method: null, path: "/orders/*", need: "write" }]);
  });

  test("a_removed_rule_comes_back_in_its_place", async () => {
    const { rules } = editor();
    const done = await rules.remove(rules.rows[0].id);
    expect(paths(rules.rows)).toEqual(["/health"]);
    await rules.restore(done?.before ?? []);
    expect(paths(rules.rows)).toEqual(["/search", "/health"]);
  });
});

describe("what Rust refuses stays on the screen", () => {
  test("the_error_stands_at_its_row_even_after_an_empty_one", async () => {
    const { rules } = editor((sent) =>
      sent.some(({ path }) => path === "orders") ? Promise.reject(wrong(2)) : Promise.resolve({ rules: sent }),
    );
    const empty = rules.add();
    const id = rules.add();
    expect(await rules.change(id, { path: "orders" }), "nothing was stored, so nothing is offered to undo").toBeNull();
    expect(rules.failure?.row, "rules.2 counts the rules that were sent").toBe(id);
    expect(rules.failure?.row).not.toBe(empty);
    expect(rules.rows.at(-1)?.path, "what was typed is not lost").toBe("orders");
    expect(rules.stored).toEqual(STORED);
    await rules.change(id, { path: "/orders" });
    expect(rules.failure).toBeNull();
  });

  test("a_wrong_rule_that_is_removed_leaves_no_error", async () => {
    const { rules } = editor(() => Promise.reject(wrong(2)));
    const id = rules.add();
    await rules.change(id, { path: "orders" });
    await rules.remove(id);
    expect(rules.failure).toBeNull();
  });
});

test("rules_changed_elsewhere_are_taken_over_unless_one_is_being_mended", async () => {
  const elsewhere = [STORED[1]];
  const { rules } = editor();
  rules.add();
  rules.adopt(elsewhere);
  expect(paths(rules.rows), "a row without a path is no change yet").toEqual(["/health", ""]);

  const { rules: mended } = editor(() => Promise.reject(wrong(0)));
  await mended.change(mended.rows[0].id, { path: "search" });
  mended.adopt(elsewhere);
  expect(paths(mended.rows)).toEqual(["search", "/health"]);
});

describe("the sample request", () => {
  /** @param {any} testRoute */
  function sample(testRoute) {
    const request = new SampleRequest({ testRoute }, () => {});
    request.rules = STORED;
    return request;
  }

  test("says_which_rule_decides_or_that_none_does", async () => {
    const testRoute = vi.fn(() => Promise.resolve({ need: "read", rule: 0, reason: "rule 1" }));
    const request = sample(testRoute);
    request.method = "POST";
    request.path = "search?q=shoes";
    await request.ask();
    expect(testRoute, "a query may override the method").toHaveBeenCalledWith({
      rules: STORED,
      method: "POST",
      path: "/search?q=shoes",
    });
    expect(request.sentence).toBe("Needs read (rule 1: POST /search)");
    testRoute.mockResolvedValue({
      need: "write",
      rule: /** @type {any} */ (null),
      reason: "its path has dot segments",
    });
    await request.ask();
    expect(request.sentence).toBe("Needs write (its path has dot segments)");
  });

  test("a_late_answer_to_an_older_question_is_dropped", async () => {
    /** @type {((answer: any) => void)[]} */
    const answers = [];
    const request = sample(() => new Promise((resolve) => answers.push(resolve)));
    request.path = "/a";
    const first = request.ask();
    request.path = "/b";
    const second = request.ask();
    answers[1]({ need: "open", rule: 1 });
    answers[0]({ need: "write", rule: null });
    await Promise.all([first, second]);
    expect(request.answered?.answer.need).toBe("open");
  });

  test("a_rule_that_is_none_is_named", async () => {
    const request = sample(() => Promise.reject(wrong(1)));
    request.path = "/a";
    await request.ask();
    expect(request.sentence).toBe("Fix rule 2 first.");
  });
});
