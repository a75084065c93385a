import { expect, test } from "vitest";
import { shouldShowStage } from "./stage";

test("stage is hidden when the name equals it", () => {
  expect(shouldShowStage({ name: "staging", stage: "staging" })).toBe(false);
  expect(shouldShowStage({ name: "Staging ", stage: "staging" })).toBe(false);
  expect(shouldShowStage({ name: "dev-anna", stage: "development" })).toBe(true);
});

test("production is always shown", () => {
  expect(shouldShowStage({ name: "production", stage: "production" })).toBe(true);
});
