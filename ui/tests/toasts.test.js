import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TOAST_MS, Toasts } from "../src/state/toasts.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const undo = { label: "Undo", run: () => {} };
const texts = (/** @type {Toasts} */ toasts) => toasts.list.map(({ text }) => text);

test("later_toast_about_the_same_item_replaces_the_earlier_one", () => {
  const toasts = new Toasts(() => {});
  toasts.show("Enabled ci", undo, "key 1");
  toasts.show("Revoked ci", null, "key 1");
  expect(texts(toasts), "Undo would disable a key that is revoked").toEqual(["Revoked ci"]);
});

test("undo_is_kept_beside_a_toast_about_another_item", () => {
  const toasts = new Toasts(() => {});
  toasts.show("Disabled ci", undo, "key 1");
  toasts.show("Revoked web", null, "key 2");
  expect(texts(toasts)).toEqual(["Disabled ci", "Revoked web"]);
});

test("toast_expires_and_failure_does_not", () => {
  const toasts = new Toasts(() => {});
  toasts.show("Revoked ci", null, "key 1");
  toasts.fail({ message: "The database is busy.", advice: "Try again." });
  vi.advanceTimersByTime(TOAST_MS);
  expect(texts(toasts)).toEqual(["The database is busy."]);
});
