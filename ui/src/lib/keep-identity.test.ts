import { expect, test } from "vitest";
import { keepIdentity } from "./keep-identity";

const row = (id: string, name = id) => ({ id, name });

test("unchanged row keeps its identity, changed row does not", () => {
  const before = [row("a"), row("b")];
  const after = keepIdentity(before, [row("a"), row("b", "renamed")]);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
  expect(after[1]?.name).toBe("renamed");
});

test("unchanged list keeps its identity", () => {
  const before = [row("a"), row("b")];
  expect(keepIdentity(before, [row("a"), row("b")])).toBe(before);
});

test.each([
  ["added", [row("a"), row("b"), row("c")]],
  ["removed", [row("a")]],
  ["moved", [row("b"), row("a")]],
])("list with a row %s is a new list", (_, rows) => {
  const before = [row("a"), row("b")];
  const after = keepIdentity(before, rows);
  expect(after).not.toBe(before);
  expect(after).toEqual(rows);
});

test("first list is returned as it is", () => {
  const rows = [row("a")];
  expect(keepIdentity(undefined, rows)).toBe(rows);
});
