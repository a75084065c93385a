import { expect, test } from "vitest";
import { CommandError, formatError, toCommandError } from "./command-error";

test("unknown error hides its text", () => {
  const error = toCommandError("invalid args `name`: ks_stag_7Qf3aB2kLm9X_secret");
  expect(error.code).toBe("internal_error");
  expect(`${error.message}${error.advice}`).not.toContain("secret");
});

test("error from Rust keeps its code, message, advice, and field", () => {
  const fromRust = { code: "name_taken", message: "Taken.", advice: "Choose.", field: "name" };
  const { code, message, advice, field } = toCommandError(fromRust);
  expect({ code, message, advice, field }).toEqual(fromRust);
});

test("missing advice and field become empty", () => {
  const { advice, field } = toCommandError({ code: "database_busy", message: "Busy." });
  expect([advice, field]).toEqual(["", null]);
});

test("command error is returned as it is", () => {
  const error = new CommandError("not_found", "Gone.");
  expect(toCommandError(error)).toBe(error);
});

test("error without advice is formatted as one sentence", () => {
  expect(formatError(new CommandError("name_taken", "Taken.", "Choose."))).toBe("Taken. Choose.");
  expect(formatError(new CommandError("name_taken", "Taken."))).toBe("Taken.");
});
