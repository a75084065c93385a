import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TOAST_MS, Toasts } from "../src/state/toasts.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const undo = { label: "Undo", run: () => {} };
const texts = (/** @type {Toasts} */ toasts) => toasts.list.map(({ text }) => text);

test("a_later_message_about_the_same_thing_replaces_the_undo_of_the_earlier_one", () => {
  const toasts = new Toasts(() => {});
  toasts.say("ci was enabled.", undo, "key 1");
  toasts.say("ci was revoked.", null, "key 1");
  expect(texts(toasts), "Undo would disable a key that is revoked").toEqual(["ci was revoked."]);
});

test("an_undo_stays_beside_a_message_about_something_else", () => {
  const toasts = new Toasts(() => {});
  toasts.say("ci was disabled.", undo, "key 1");
  toasts.say("web was revoked.", null, "key 2");
  expect(texts(toasts)).toEqual(["ci was disabled.", "web was revoked."]);
});

test("a_message_leaves_after_its_time_and_a_failure_stays", () => {
  const toasts = new Toasts(() => {});
  toasts.say("ci was revoked.", null, "key 1");
  toasts.fail({ message: "The database is busy.", advice: "Try again." });
  vi.advanceTimersByTime(TOAST_MS);
  expect(texts(toasts)).toEqual(["The database is busy."]);
});
