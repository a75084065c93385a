import { expect, test } from "vitest";
import { RowSlots } from "../src/state/row-slots.js";

const isNeverInUse = () => false;

/**
 * @param {RowSlots} slots
 * @param {number[]} ids
 */
const rows = (slots, ids) => ids.map((id) => slots.slot(id));

test("entry_keeps_its_row_while_others_change", () => {
  const slots = new RowSlots();
  slots.show([3, 2, 1], isNeverInUse);
  const row = slots.slot(2);
  slots.show([5, 4, 2], isNeverInUse);
  expect(slots.slot(2)).toBe(row);
});

test("rows_are_reused", () => {
  const slots = new RowSlots();
  for (let first = 0; first < 1000; first += 7) slots.show([2, 1, 0].map((id) => first + id), isNeverInUse);
  expect(slots.next).toBe(3);
});

test("row_shows_one_entry", () => {
  const slots = new RowSlots();
  slots.show([4, 3, 2, 1], isNeverInUse);
  slots.show([6, 5, 4, 3], isNeverInUse);
  expect(new Set(rows(slots, [6, 5, 4, 3])).size).toBe(4);
});

test("new_entries_keep_the_row_order", () => {
  const slots = new RowSlots();
  slots.show([3, 2, 1], isNeverInUse);
  const before = rows(slots, [3, 2, 1]);
  slots.show([6, 5, 4], isNeverInUse);
  expect(rows(slots, [6, 5, 4])).toEqual(before);
});

test("row_in_use_is_not_reused", () => {
  const slots = new RowSlots();
  slots.show([2, 1], isNeverInUse);
  const inUse = slots.slot(1);
  slots.show([4, 3], (id) => id === 1);
  expect(rows(slots, [4, 3])).not.toContain(inUse);
});

test("hidden_entries_are_forgotten", () => {
  const slots = new RowSlots();
  slots.show([3, 2, 1], isNeverInUse);
  slots.show([4], isNeverInUse);
  expect(slots.slots.size).toBe(1);
});
