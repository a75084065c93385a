import { expect, test } from "vitest";
import { toHostError } from "../src/host-error.js";
import { randomId } from "../src/state/random-id.js";
import { shortcutFor } from "../src/state/shortcuts.js";
import { showsStage } from "../src/state/stages.js";

const press = { key: "n", ctrlKey: false, metaKey: false, altKey: false, repeat: false };
const idle = { singleKeys: true, typing: false };

test("the_stage_chip_says_only_what_the_name_does_not_say_and_always_production", () => {
  expect(showsStage({ name: "staging", stage: "staging" })).toBe(false);
  expect(showsStage({ name: "Staging ", stage: "staging" })).toBe(false);
  expect(showsStage({ name: "dev-anna", stage: "development" })).toBe(true);
  expect(showsStage({ name: "production", stage: "production" })).toBe(true);
});

test("single_letters_count_only_when_switched_on_and_nothing_is_typed", () => {
  expect(shortcutFor(press, idle)).toBe("new");
  expect(shortcutFor(press, { ...idle, typing: true })).toBeNull();
  expect(shortcutFor(press, { ...idle, singleKeys: false })).toBeNull();
  expect(shortcutFor({ ...press, altKey: true }, idle)).toBeNull();
  expect(shortcutFor({ ...press, repeat: true }, idle), "a held key opens one dialog").toBeNull();
});

test("quit_works_while_typing_and_with_single_letters_off", () => {
  const quit = { ...press, key: "q", ctrlKey: true };
  expect(shortcutFor(quit, { singleKeys: false, typing: true })).toBe("quit");
  expect(shortcutFor({ ...quit, ctrlKey: false, metaKey: true }, idle)).toBe("quit");
});

test("an_unknown_failure_shows_none_of_its_text", () => {
  const failure = toHostError("invalid args `name`: ks_stag_7Qf3aB2kLm9X_secret");
  expect(failure.code).toBe("internal");
  expect(`${failure.message}${failure.advice}`).not.toContain("secret");
});

test("a_refusal_keeps_its_code_field_and_sentences", () => {
  const { code, message, advice, field } = toHostError({ code: "name_taken", message: "Taken.", advice: "Choose.", field: "name" });
  expect([code, message, advice, field]).toEqual(["name_taken", "Taken.", "Choose.", "name"]);
});

test("submissions_are_marked_with_different_uuids", () => {
  expect(randomId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(Array.from({ length: 50 }, randomId)).size).toBe(50);
});
