import { expect, test } from "vitest";
import { bestMatches, matchScore } from "./match";

test("all words must match, in any order", () => {
  expect(matchScore("Gateway of staging", "stag gate")).not.toBeNull();
  expect(matchScore("Gateway of staging", "gate production")).toBeNull();
  expect(matchScore("anything", "  ")).toBe(0);
});

test("beginnings are better than middles", () => {
  const list = ["upstaging", "old staging", "staging", "production"];
  expect(bestMatches(list, "stag", (text) => text)).toEqual(["staging", "old staging", "upstaging"]);
});

test("marks in a search match themselves", () => {
  expect(matchScore("a.b (c)", ".b (c")).not.toBeNull();
  expect(matchScore("axb", "a.b")).toBeNull();
  expect(matchScore("x [a-z]", "[a-z]")).toBe(2);
});
