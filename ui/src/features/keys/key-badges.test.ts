import { expect, test } from "vitest";
import { oldSecretText } from "./key-badges";

const NOON = new Date(2027, 2, 1, 12).getTime();

test("old secret that ends today has the time, a later one the day", () => {
  expect(oldSecretText(new Date(2027, 2, 1, 15, 4).getTime(), NOON)).toBe("Old secret until 15:04");
  expect(oldSecretText(new Date(2027, 2, 2, 9).getTime(), NOON)).toBe("Old secret until Mar 2");
});
