import { expect, test } from "vitest";
import { idOfWholeKey, mayContainKey } from "./key-search";

const SECRET = "5".repeat(49);

test("whole key is reduced to its prefix and id", () => {
  expect(idOfWholeKey(` ks_live_7Qf3aB2kLm9X_${SECRET}\n`)).toBe("ks_live_7Qf3aB2kLm9X");
  expect(idOfWholeKey(`acme_7Qf3aB2kLm9X_${SECRET}`)).toBe("acme_7Qf3aB2kLm9X");
});

test.each(["ci-writer", "ks_live_7Qf3aB2kLm9X", `7Qf3aB2kLm9X_${SECRET}`, `key ks_a_7Qf3aB2kLm9X_${SECRET}`])(
  "other text is no whole key: %s",
  (text) => {
    expect(idOfWholeKey(text)).toBeNull();
  },
);

test.each([
  ["ci writer", false],
  ["ks_live_7Qf3aB2kLm9X", false],
  ["load-test-2026-eu-central-1-worker", false],
  [SECRET, true],
  [`ks_live_7Qf3aB2kLm9X_${SECRET.slice(0, 9)}`, true],
  [`Authorization: Bearer ks_live_7Qf3aB2kLm9X_${SECRET}`, true],
])("message does not repeat a key: %s", (text, isHidden) => {
  expect(mayContainKey(text)).toBe(isHidden);
});
