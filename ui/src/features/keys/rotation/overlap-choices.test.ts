import { expect, test } from "vitest";
import { DEFAULT_OVERLAP, overlapSeconds } from "./overlap-choices";

const custom = (hours: string) => overlapSeconds({ choice: "custom", hours });

test("default overlap is a day", () => {
  expect(overlapSeconds(DEFAULT_OVERLAP)).toBe(86_400);
});

test("ending now has no overlap", () => {
  expect(overlapSeconds({ choice: "0", hours: "" })).toBe(0);
});

test("custom overlap is entered in whole hours up to 90 days", () => {
  expect(custom(" 36 ")).toBe(129_600);
  expect(custom("2160")).toBe(90 * 86_400);
  expect(["", "0", "2161", "1.5", "-1", "1e3", "ten"].map(custom)).toEqual(Array(7).fill(null));
});
