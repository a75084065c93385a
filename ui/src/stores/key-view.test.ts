import { expect, test } from "vitest";
import { currentSort, DEFAULT_SORT, DEFAULT_VIEW, type Filter, keyQuery, toggleSort, visibleFilters } from "./key-view";

test("default view is the newest current keys", () => {
  expect(keyQuery(DEFAULT_VIEW, 100, 50)).toEqual({
    filter: "usable",
    search: "",
    sort: "created",
    descending: true,
    offset: 100,
    limit: 50,
  });
});

test("query has the names that Rust uses", () => {
  const view = { ...DEFAULT_VIEW, filter: "revoked", search: " ci ", sort: { column: "used", isDescending: false } } as const;
  expect(keyQuery(view, 0, 1)).toMatchObject({ filter: "ended", search: "ci", sort: "last_used", descending: false });
});

test("second press on a column reverses it", () => {
  const first = toggleSort(DEFAULT_SORT, "name");
  expect(first).toEqual({ column: "name", isDescending: false });
  expect(toggleSort(first, "name")).toEqual({ column: "name", isDescending: true });
  expect(toggleSort(first, "created"), "dates begin with the newest").toEqual(DEFAULT_SORT);
});

test("expiring keys are sorted by expiry until another order is chosen", () => {
  const view = { ...DEFAULT_VIEW, filter: "expiring" } as const;
  expect(keyQuery(view, 0, 1)).toMatchObject({ filter: "expiring", sort: "expiry", descending: false });
  const sort = toggleSort(currentSort(view), "created");
  expect(keyQuery({ ...view, sort }, 0, 1)).toMatchObject({ sort: "created", descending: true });
  expect(currentSort({ ...view, filter: "current" })).toEqual(DEFAULT_SORT);
});

const filters = (active: number, disabled: number, ended: number, current = "current" as const) =>
  visibleFilters({ active, disabled, ended, expiring: 0 }, current).map(({ filter, count }) => `${filter} ${count}`);

test("filter that would show the same keys as another is hidden", () => {
  expect(filters(3, 0, 0)).toEqual(["current 3"]);
  expect(filters(3, 0, 2)).toEqual(["current 3", "revoked 2", "all 5"]);
  expect(filters(3, 1, 2)).toEqual(["current 4", "active 3", "disabled 1", "revoked 2", "all 6"]);
  expect(filters(0, 1, 0)).toEqual(["current 1", "disabled 1"]);
});

test("filter for expiring keys is hidden unless there are some, or it is selected", () => {
  const shown = (expiring: number, current: Filter) =>
    visibleFilters({ active: 2, disabled: 0, ended: 0, expiring }, current).map(({ filter }) => filter);
  expect(shown(0, "current")).toEqual(["current"]);
  expect(shown(1, "current")).toEqual(["current", "expiring"]);
  expect(shown(0, "expiring")).toEqual(["current", "expiring"]);
});

test("selected filter is not hidden under the pointer", () => {
  const shown = visibleFilters({ active: 1, disabled: 0, ended: 0, expiring: 0 }, "disabled");
  expect(shown.map(({ filter }) => filter)).toEqual(["current", "disabled"]);
});
