import { expect, test } from "vitest";
import { RowRecycler } from "./row-recycler";

const neverPinned = () => false;
const rowsOf = (recycler: RowRecycler, ids: number[]) => ids.map((id) => recycler.slot(id));

test("entry keeps its row while others change", () => {
  const recycler = new RowRecycler();
  recycler.assign([3, 2, 1], neverPinned);
  const row = recycler.slot(2);
  recycler.assign([5, 4, 2], neverPinned);
  expect(recycler.slot(2)).toBe(row);
});

test("moving list never uses more rows than entries", () => {
  const recycler = new RowRecycler();
  const used = new Set<number | undefined>();
  for (let first = 0; first < 1000; first += 7) {
    const ids = [first + 2, first + 1, first];
    recycler.assign(ids, neverPinned);
    for (const row of rowsOf(recycler, ids)) used.add(row);
  }
  expect(used).toEqual(new Set([0, 1, 2]));
});

test("each entry has a row of its own", () => {
  const recycler = new RowRecycler();
  recycler.assign([4, 3, 2, 1], neverPinned);
  recycler.assign([6, 5, 4, 3], neverPinned);
  expect(new Set(rowsOf(recycler, [6, 5, 4, 3])).size).toBe(4);
});

test("new entries keep the order of the rows", () => {
  const recycler = new RowRecycler();
  recycler.assign([3, 2, 1], neverPinned);
  const before = rowsOf(recycler, [3, 2, 1]);
  recycler.assign([6, 5, 4], neverPinned);
  expect(rowsOf(recycler, [6, 5, 4])).toEqual(before);
});

test("pinned row is not reused", () => {
  const recycler = new RowRecycler();
  recycler.assign([2, 1], neverPinned);
  const pinned = recycler.slot(1);
  recycler.assign([4, 3], (id) => id === 1);
  expect(rowsOf(recycler, [4, 3])).not.toContain(pinned);
});

test("removed entries have no row", () => {
  const recycler = new RowRecycler();
  recycler.assign([3, 2, 1], neverPinned);
  recycler.assign([4], neverPinned);
  expect(rowsOf(recycler, [3, 2, 1])).toEqual([undefined, undefined, undefined]);
});
