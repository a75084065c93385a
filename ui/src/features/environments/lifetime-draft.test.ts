import { expect, test } from "vitest";
import { DEFAULT_CHOICES, lifetimeDays, lifetimeDraft, MAX_CHOICES } from "./lifetime-draft";

test("stored days select their choice, or the text field", () => {
  expect(lifetimeDraft(null, DEFAULT_CHOICES)).toEqual({ choice: "none", days: "" });
  expect(lifetimeDraft(90, DEFAULT_CHOICES).choice).toBe("90");
  expect(lifetimeDraft(45, DEFAULT_CHOICES)).toEqual({ choice: "other", days: "45" });
  expect(lifetimeDraft(90, MAX_CHOICES)).toEqual({ choice: "other", days: "90" });
});

test("choice becomes days, and a text that is no number becomes an invalid 0", () => {
  expect(lifetimeDays({ choice: "none", days: "5" })).toBeNull();
  expect(lifetimeDays({ choice: "30", days: "5" })).toBe(30);
  expect(lifetimeDays({ choice: "other", days: " 45 " })).toBe(45);
  expect(lifetimeDays({ choice: "other", days: "soon" })).toBe(0);
});
