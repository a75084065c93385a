import { expect, test } from "vitest";
import { showsStage } from "../src/state/stages.js";

test("stage_chip_is_hidden_when_the_name_equals_the_stage_except_production", () => {
  expect(showsStage({ name: "staging", stage: "staging" })).toBe(false);
  expect(showsStage({ name: "Staging ", stage: "staging" })).toBe(false);
  expect(showsStage({ name: "dev-anna", stage: "development" })).toBe(true);
  expect(showsStage({ name: "production", stage: "production" })).toBe(true);
});
