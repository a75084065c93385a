import { describe, expect, test } from "vitest";
import { counts, DEFAULT_ORDER, matches, nextOrder, requestCounts, shown, visibleFilters } from "../src/state/key-list.js";

/** @typedef {import("../src/types/Key").Key} Key */

let born = 0;
/** @param {Partial<Key>} fields @returns {Key} */
const key = (fields) => ({
  id: `id${(born += 1)}`,
  environmentId: "e",
  name: "key",
  prefix: "ks_stag",
  permissions: ["read"],
  state: "active",
  createdAt: born,
  claimedAt: null,
  endedAt: null,
  keychain: false,
  lastUsedAt: null,
  lastClient: null,
  accepted: 0,
  refused: 0,
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

  test("every key is live, disabled or ended, and is counted once", () => {
    const { live, disabled, ended, all } = counts(keys);
    expect([live, disabled, ended, all], "four ended states, one of each other kind").toEqual([1, 1, 4, 6]);
  });

  test("live_shows_only_keys_that_open_something", () => {
    expect(names(shown(keys, { filter: "live", search: "", order: DEFAULT_ORDER }))).toEqual(["a"]);
  });

  test("a_filter_without_keys_is_hidden_except_live_and_the_one_in_use", () => {
    const revoked = [key({ state: "revoked" })];
    expect(visibleFilters(revoked, "live").map(({ filter }) => filter)).toEqual(["live", "ended", "all"]);
    expect(
      visibleFilters(revoked, "disabled").map(({ filter }) => filter),
      "the pressed filter must not vanish under the pointer",
    ).toContain("disabled");
    expect(visibleFilters([], "live").map(({ filter }) => filter)).toEqual(["live"]);
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
  ])("finds by name and written id: %s", (search, found) => {
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

  test("the_newest_key_stands_first_unless_asked_otherwise", () => {
    expect(sorted(DEFAULT_ORDER)).toEqual(["key-9", "Key-1", "key-10"]);
  });
  test("numbers_in_names_count_as_numbers", () => {
    expect(sorted({ column: "name", descending: false })).toEqual(["Key-1", "key-9", "key-10"]);
  });
  test("equal_rows_keep_newest_first", () => {
    expect(sorted({ column: "permissions", descending: false })).toEqual(["key-9", "Key-1", "key-10"]);
    expect(sorted({ column: "status", descending: true })[0]).toBe("Key-1");
  });
  test("a_key_that_was_never_used_was_used_longest_ago", () => {
    const used = [key({ name: "never" }), key({ name: "long ago", lastUsedAt: 5 }), key({ name: "just now", lastUsedAt: 9 })];
    const order = nextOrder(DEFAULT_ORDER, "used");
    expect(names(shown(used, { filter: "all", search: "", order }))).toEqual(["just now", "long ago", "never"]);
  });
  test("pressing_a_column_again_turns_it_round", () => {
    const first = nextOrder(DEFAULT_ORDER, "name");
    expect(first).toEqual({ column: "name", descending: false });
    expect(nextOrder(first, "name").descending).toBe(true);
    expect(nextOrder(first, "created"), "dates begin with the newest").toEqual(DEFAULT_ORDER);
  });
  test("sorting_leaves_the_list_of_rust_as_it_was", () => {
    const before = names(keys);
    sorted({ column: "name", descending: true });
    expect(names(keys)).toEqual(before);
  });
});

test("counts_are_rounded_only_where_there_is_no_room", () => {
  const busy = { accepted: 1_204_311, refused: 312 };
  expect(requestCounts(busy)).toMatch(/^1.204.311 accepted · 312 refused$/);
  expect(requestCounts(busy, "short")).toMatch(/^1.2\s?M accepted · 312 refused$/);
});
