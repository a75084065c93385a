import { expect, test } from "vitest";
import { toHostError } from "../src/host-error.js";

test("unknown_failure_hides_its_text", () => {
  const failure = toHostError("invalid args `name`: ks_stag_7Qf3aB2kLm9X_secret");
  expect(failure.code).toBe("internal_error");
  expect(`${failure.message}${failure.advice}`).not.toContain("secret");
});

test("failure_keeps_its_code_message_advice_and_field", () => {
  const { code, message, advice, field } = toHostError({ code: "name_taken", message: "Taken.", advice: "Choose.", field: "name" });
  expect([code, message, advice, field]).toEqual(["name_taken", "Taken.", "Choose.", "name"]);
});
