import { expect, test } from "vitest";
import { distinctText } from "./distinct-text";

test("repeated message changes the text", () => {
  expect(distinctText("Copied.", 1)).not.toBe(distinctText("Copied.", 2));
  expect(distinctText("Copied.", 2)).not.toBe(distinctText("Copied.", 3));
  expect(distinctText("Copied.", 1).replace("\u200B", ""), "only an invisible character is added").toBe("Copied.");
});

test("empty message stays empty", () => {
  expect([1, 2].map((id) => distinctText("", id))).toEqual(["", ""]);
});
