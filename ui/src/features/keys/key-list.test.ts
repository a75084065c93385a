import { describe, expect, test } from "vitest";
import type { Key } from "../../host/types/Key";
import { keyFixture } from "../../stores/test-fixtures";
import {
  compactRequestCounts,
  DEFAULT_SORT,
  matchesSearch,
  nearbyKeyIds,
  requestCounts,
  toggleSort,
  visibleFilters,
  visibleKeys,
  type Sort,
} from "./key-list";

let created = 0;

/** Each key is newer than the one before. */
function key(fields: Partial<Key>): Key {
  created += 1;
  return keyFixture(`id${created}`, { createdAt: created, ...fields });
}

const names = (keys: readonly Key[]) => keys.map(({ name }) => name);

describe("filters", () => {
  const keys = [
    key({ name: "a" }),
    key({ name: "b", state: "disabled" }),
    key({ name: "c", state: "revoked" }),
    key({ name: "d", state: "unclaimed" }),
    key({ name: "e", state: "discarded" }),
    key({ name: "f", state: "expired" }),
  ];

  test("each key is counted in one filter and in all", () => {
    const counts = visibleFilters(keys, "active").map(({ filter, count }) => [filter, count]);
    expect(counts, "four states end a key").toEqual([["active", 1], ["disabled", 1], ["revoked", 4], ["all", 6]]);
  });

  test("active filter shows active keys only", () => {
    expect(names(visibleKeys(keys, { filter: "active", search: "", sort: DEFAULT_SORT }))).toEqual(["a"]);
  });

  test("empty filter is hidden except active and the current one", () => {
    const revoked = [key({ state: "revoked" })];
    expect(visibleFilters(revoked, "active").map(({ filter }) => filter)).toEqual(["active", "revoked", "all"]);
    expect(
      visibleFilters(revoked, "disabled").map(({ filter }) => filter),
      "the pressed filter must not vanish under the pointer",
    ).toEqual(["active", "disabled", "revoked", "all"]);
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
  ])("search finds names and ids: %s", (search, found) => {
    expect(matchesSearch(writer, search)).toBe(found);
  });
});

describe("sorting", () => {
  const keys = [
    key({ name: "key-10", createdAt: 1, permissions: ["read", "write"] }),
    key({ name: "key-9", createdAt: 3 }),
    key({ name: "Key-1", createdAt: 2, state: "revoked" }),
  ];
  const sorted = (sort: Sort) => names(visibleKeys(keys, { filter: "all", search: "", sort }));

  test("default sort is newest first", () => {
    expect(sorted(DEFAULT_SORT)).toEqual(["key-9", "Key-1", "key-10"]);
  });

  test("name sort is numeric", () => {
    expect(sorted({ column: "name", isDescending: false })).toEqual(["Key-1", "key-9", "key-10"]);
  });

  test("equal keys stay newest first", () => {
    expect(sorted({ column: "permissions", isDescending: false })).toEqual(["key-9", "Key-1", "key-10"]);
    expect(sorted({ column: "status", isDescending: true })).toEqual(["Key-1", "key-9", "key-10"]);
  });

  test("unused key sorts last by use", () => {
    const used = [
      key({ name: "never" }),
      key({ name: "long ago", lastUsedAt: 5 }),
      key({ name: "just now", lastUsedAt: 9 }),
    ];
    const sort = toggleSort(DEFAULT_SORT, "used");
    expect(names(visibleKeys(used, { filter: "all", search: "", sort }))).toEqual(["just now", "long ago", "never"]);
  });

  test("second press on a column reverses it", () => {
    const first = toggleSort(DEFAULT_SORT, "name");
    expect(first).toEqual({ column: "name", isDescending: false });
    expect(toggleSort(first, "name")).toEqual({ column: "name", isDescending: true });
    expect(toggleSort(first, "created"), "dates begin with the newest").toEqual(DEFAULT_SORT);
  });

  test("sorting does not change its input", () => {
    const before = names(keys);
    sorted({ column: "name", isDescending: true });
    expect(names(keys)).toEqual(before);
  });
});

test("nearby rows are the key itself, the next, and the previous", () => {
  const keys = ["a", "b", "c"].map((id) => key({ id }));
  expect(nearbyKeyIds(keys, "b")).toEqual(["b", "c", "a"]);
  expect(nearbyKeyIds(keys, "a")).toEqual(["a", "b"]);
  expect(nearbyKeyIds(keys, "c")).toEqual(["c", "b"]);
  expect(nearbyKeyIds(keys, "hidden")).toEqual(["hidden"]);
});

test("compact request counts are rounded", () => {
  const busy = { allowed: 1_204_311, denied: 312 };
  expect(requestCounts(busy)).toMatch(/^1.204.311 allowed · 312 denied$/);
  expect(compactRequestCounts(busy)).toMatch(/^1.2\s?M allowed · 312 denied$/);
});
