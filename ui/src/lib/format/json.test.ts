import { expect, test } from "vitest";
import { formatJson } from "./json";

test("formatted JSON keeps every token", () => {
  const text = '{"id":12345678901234567890,"a":[],"b":[1.50,{"c":"x, {y} \\" z"}],"a":{}}';
  expect(formatJson(text)).toBe(`{
  "id": 12345678901234567890,
  "a": [],
  "b": [
    1.50,
    {
      "c": "x, {y} \\" z"
    }
  ],
  "a": {}
}`);
});

test("brackets in a string add no lines", () => expect(formatJson('"["')).toBe('"["'));

test("text that is not JSON is not formatted", () => expect(formatJson("{no}")).toBeNull());

test("deeply nested JSON is not formatted", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  expect(formatJson(nested(64)), "64 levels are formatted").not.toBeNull();
  expect(formatJson(nested(65)), "indentation would grow with the square of the depth").toBeNull();
});
