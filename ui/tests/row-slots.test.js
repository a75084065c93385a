import { expect, test } from "vitest";
import { RowSlots } from "../src/state/row-slots.js";

const nobody = () => false;

/**
 * @param {RowSlots} slots
 * @param {number[]} ids
 */
const rows = (slots, ids) => ids.map((id) => slots.of(id));

test("an entry keeps its row while others come and go", () => {
  const slots = new RowSlots();
  slots.show([3, 2, 1], nobody);
  const row = slots.of(2);
  slots.show([5, 4, 2], nobody);
  expect(slots.of(2)).toBe(row);
});

test("however many entries pass, no more rows are made than are shown", () => {
  const slots = new RowSlots();
  for (let first = 0; first < 1000; first += 7) slots.show([2, 1, 0].map((id) => first + id), nobody);
  expect(slots.next).toBe(3);
});

test("no row shows two entries", () => {
  const slots = new RowSlots();
  slots.show([4, 3, 2, 1], nobody);
  slots.show([6, 5, 4, 3], nobody);
  expect(new Set(rows(slots, [6, 5, 4, 3])).size).toBe(4);
});

test("when all entries are new, no row moves", () => {
  const slots = new RowSlots();
  slots.show([3, 2, 1], nobody);
  const before = rows(slots, [3, 2, 1]);
  slots.show([6, 5, 4], nobody);
  expect(rows(slots, [6, 5, 4])).toEqual(before);
});

test("a row that somebody uses is given to no other entry", () => {
  const slots = new RowSlots();
  slots.show([2, 1], nobody);
  const held = slots.of(1);
  slots.show([4, 3], (id) => id === 1);
  expect(rows(slots, [4, 3])).not.toContain(held);
});

test("what is shown no more leaves nothing behind", () => {
  const slots = new RowSlots();
  slots.show([3, 2, 1], nobody);
  slots.show([4], nobody);
  expect(slots.slots.size).toBe(1);
});
