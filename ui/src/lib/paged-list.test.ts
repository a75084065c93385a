import { beforeEach, expect, test } from "vitest";
import { PagedList, type Page } from "./paged-list";

interface Row {
  id: string;
  name: string;
}

const row = (id: string, name = id): Row => ({ id, name });
const page = (total: number, ...rows: Row[]): Page<Row> => ({ rows, total });
const ids = (list: PagedList<Row>) => Array.from({ length: list.total }, (_, index) => list.row(index)?.id);

let list: PagedList<Row>;

beforeEach(() => {
  list = new PagedList(2);
  list.reset(new Map([[0, page(5, row("a"), row("b"))]]));
});

test("rows of pages that were not read are unknown", () => {
  expect(ids(list)).toEqual(["a", "b", undefined, undefined, undefined]);
  expect([list.missingPage(0, 1), list.missingPage(1, 2), list.missingPage(4, 9)]).toEqual([null, 1, 2]);
});

test("page that was read completes the list", () => {
  list.setPage(2, page(5, row("e")));
  expect(ids(list)).toEqual(["a", "b", undefined, undefined, "e"]);
  expect([list.indexOf("e"), list.indexOf("c")]).toEqual([4, -1]);
});

test("unchanged row stays the same object", () => {
  const before = list.row(0);
  expect(list.refresh(new Map([[0, page(5, row("a"), row("b"))]]))).toBe(false);
  expect(list.row(0)).toBe(before);
  expect(list.refresh(new Map([[0, page(5, row("a"), row("b", "renamed"))]]))).toBe(true);
  expect([list.row(0) === before, list.row(1)?.name]).toEqual([true, "renamed"]);
});

test("row of another list stays the same object", () => {
  const before = list.row(1);
  list.reset(new Map([[0, page(2, row("b"), row("c"))]]));
  expect(list.row(0)).toBe(before);
});

test("other pages are shown after a refresh until they are read again", () => {
  list.setPage(1, page(5, row("c"), row("d")));
  list.refresh(new Map([[0, page(5, row("a"), row("b"))]]));
  expect(ids(list).slice(2, 4)).toEqual(["c", "d"]);
  expect(list.missingPage(0, 3)).toBe(1);
  list.setPage(1, page(5, row("c"), row("d")));
  expect(list.missingPage(0, 3)).toBeNull();
});

test("number of pages is bounded", () => {
  const long = new PagedList<Row>(1);
  for (let index = 0; index < 100; index += 1) long.setPage(index, page(100, row(`${index}`)));
  long.refresh(new Map([[99, page(100, row("99"))]]));
  expect(ids(long).filter(Boolean)).toHaveLength(20);
  expect(long.row(99)?.id).toBe("99");
});

test("pages behind the end are dropped", () => {
  list.setPage(2, page(5, row("e")));
  list.refresh(new Map([[0, page(2, row("a"), row("b"))]]));
  expect([list.total, list.indexOf("e")]).toEqual([2, -1]);
});

test("replaced row keeps its place", () => {
  expect(list.replace(row("b", "renamed"))).toBe(true);
  expect(list.row(1)?.name).toBe("renamed");
  expect(list.replace(row("z"))).toBe(false);
});
