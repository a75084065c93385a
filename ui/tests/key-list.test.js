import { describe, expect, test } from "vitest";
import { counts, DEFAULT_ORDER, matches, nextOrder, requestCounts, shown, visibleFilters } from "../src/state/key-list.js";

/** @typedef {import("../src/types/Key").Key} Key */

let created = 0;
/** @param {Partial<Key>} fields @returns {Key} */
const key = (fields) => ({
  id: `id${(created += 1)}`,
  environmentId: "e",
  name: "key",
  prefix: "ks_stag",
  permissions: ["read"],
  state: "active",
  createdAt: created,
  claimedAt: null,
  endedAt: null,
  keychain: false,
  lastUsedAt: null,
  lastClient: null,
  allowed: 0,
  denied: 0,
  ...fields,
});
/** @param {Key[]} keys */
const names = (keys) => keys.map(({ name }) => name);

describe("filters", () => {
  const keys = [
    key({ name: "a" }),
    key({ name: "b", state: "disabled" }),
    key({ name: "c", state: "revoked" }),
    key({ name: "d", state: "unclaimed" }),
    key({ name: "e", state: "discarded" }),
    key({ name: "f", state: "expired" }),
  ];

  test("each_key_is_counted_in_one_filter", () => {
    const { active, disabled, revoked, all } = counts(keys);
    expect([active, disabled, revoked, all], "four states end a key").toEqual([1, 1, 4, 6]);
  });

  test("active_filter_shows_usable_keys_only", () => {
    expect(names(shown(keys, { filter: "active", search: "", order: DEFAULT_ORDER }))).toEqual(["a"]);
  });

  test("empty_filter_is_hidden_except_active_and_the_current_one", () => {
    const revoked = [key({ state: "revoked" })];
    expect(visibleFilters(revoked, "active").map(({ filter }) => filter)).toEqual(["active", "revoked", "all"]);
    expect(
      visibleFilters(revoked, "disabled").map(({ filter }) => filter),
      "the pressed filter must not vanish under the pointer",
    ).toContain("disabled");
    expect(visibleFilters([], "active").map(({ filter }) => filter)).toEqual(["active"]);
  });
});

describe("search", () => {
  const writer = key({ name: "CI Writer", id: "7Qf3aB2kLm9X" });
  test.each([
    ["ci", true],
    ["writer ci", true],
    ["ks_stag_7Qf3", true],
    ["7qf3", true],
    ["  ", true],
    ["ci reader", false],
  ])("search_finds_names_and_ids: %s", (search, found) => {
    expect(matches(writer, search)).toBe(found);
  });
});

describe("order", () => {
  const keys = [
    key({ name: "key-10", createdAt: 1, permissions: ["read", "write"] }),
    key({ name: "key-9", createdAt: 3 }),
    key({ name: "Key-1", createdAt: 2, state: "revoked" }),
  ];
  /** @param {import("../src/state/key-list.js").Order} order */
  const sorted = (order) => names(shown(keys, { filter: "all", search: "", order }));

  test("default_order_is_newest_first", () => {
    expect(sorted(DEFAULT_ORDER)).toEqual(["key-9", "Key-1", "key-10"]);
  });
  test("name_order_is_numeric", () => {
    expect(sorted({ column: "name", descending: false })).toEqual(["Key-1", "key-9", "key-10"]);
  });
  test("equal_keys_stay_newest_first", () => {
    expect(sorted({ column: "permissions", descending: false })).toEqual(["key-9", "Key-1", "key-10"]);
    expect(sorted({ column: "status", descending: true })[0]).toBe("Key-1");
  });
  test("unused_key_sorts_last_by_use", () => {
    const used = [key({ name: "never" }), key({ name: "long ago", lastUsedAt: 5 }), key({ name: "just now", lastUsedAt: 9 })];
    const order = nextOrder(DEFAULT_ORDER, "used");
    expect(names(shown(used, { filter: "all", search: "", order }))).toEqual(["just now", "long ago", "never"]);
  });
  test("second_press_on_a_column_reverses_it", () => {
    const first = nextOrder(DEFAULT_ORDER, "name");
    expect(first).toEqual({ column: "name", descending: false });
    expect(nextOrder(first, "name").descending).toBe(true);
    expect(nextOrder(first, "created"), "dates begin with the newest").toEqual(DEFAULT_ORDER);
  });
  test("sorting_does_not_change_its_input", () => {
    const before = names(keys);
    sorted({ column: "name", descending: true });
    expect(names(keys)).toEqual(before);
  });
});

test("short_counts_are_rounded", () => {
  const busy = { allowed: 1_204_311, denied: 312 };
  expect(requestCounts(busy)).toMatch(/^1.204.311 allowed · 312 denied$/);
  expect(requestCounts(busy, "short")).toMatch(/^1.2\s?M allowed · 312 denied$/);
});
