import { expect, test } from "vitest";
import { firstGrapheme } from "./text";

test("first grapheme keeps combined characters whole", () => {
  expect(firstGrapheme("Acme")).toBe("A");
  expect(firstGrapheme("👩‍💻 tools")).toBe("👩‍💻");
  expect(firstGrapheme("")).toBe("");
});
