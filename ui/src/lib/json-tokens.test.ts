import { expect, test } from "vitest";
import { jsonTokens } from "./json-tokens";

const kinds = (text: string, limit = 100) =>
  jsonTokens(text, limit).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

test("names, strings, numbers and keywords are distinguished", () => {
  expect(kinds('{"id": 1, "name": "Desk: 2", "open": true, "at": null, "price": -1.5e3}')).toEqual([
    'name "id"',
    "number 1",
    'name "name"',
    'string "Desk: 2"',
    'name "open"',
    "keyword true",
    'name "at"',
    "keyword null",
    'name "price"',
    "number -1.5e3",
  ]);
});

test("escaped quotes stay inside their string", () => {
  expect(kinds('["a \\" 1", 2]')).toEqual(['string "a \\" 1"', "number 2"]);
});

test("number of tokens is limited", () => {
  expect(kinds("[1, 2, 3]", 2)).toEqual(["number 1", "number 2"]);
});
