import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MAX_ACTIONS, TOAST_MS, Toasts } from "./toasts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const undo = { label: "Undo", run: () => {} };
const busy = { message: "The database is busy.", advice: "Try again." };
const texts = (toasts: Toasts) => toasts.list.map(({ text }) => text);

test("later message about the same subject replaces the earlier one", () => {
  const toasts = new Toasts();
  toasts.show("Enabled ci", undo, "key 1");
  toasts.show("Revoked ci", null, "key 1");
  expect(texts(toasts), "Undo would disable a key that is revoked").toEqual(["Revoked ci"]);
});

test("Undo is kept beside a message about another subject", () => {
  const toasts = new Toasts();
  toasts.show("Disabled ci", undo, "key 1");
  toasts.show("Revoked web", null, "key 2");
  expect(texts(toasts)).toEqual(["Disabled ci", "Revoked web"]);
});

test("message without an action is replaced", () => {
  const toasts = new Toasts();
  toasts.show("Revoked ci", null, "key 1");
  toasts.show("Revoked web", null, "key 2");
  expect(texts(toasts)).toEqual(["Revoked web"]);
});

test("number of messages with an action is limited", () => {
  const toasts = new Toasts();
  for (const name of ["a", "b", "c", "d"]) toasts.show(`Disabled ${name}`, undo, name);
  expect(MAX_ACTIONS).toBe(3);
  expect(texts(toasts)).toEqual(["Disabled b", "Disabled c", "Disabled d"]);
});

test("message without an action replaces none with an action", () => {
  const toasts = new Toasts();
  for (const name of ["a", "b", "c"]) toasts.show(`Disabled ${name}`, undo, name);
  toasts.show("Copied d");
  expect(texts(toasts)).toEqual(["Disabled a", "Disabled b", "Disabled c", "Copied d"]);
});

test("error is shown until it is dismissed", () => {
  const toasts = new Toasts();
  toasts.error(busy);
  for (const name of ["a", "b", "c", "d"]) toasts.show(`Disabled ${name}`, undo, name);
  expect(texts(toasts)).toContain("The database is busy.");
  vi.advanceTimersByTime(TOAST_MS);
  expect(texts(toasts)).toEqual(["The database is busy."]);
  toasts.dismiss(toasts.list[0]?.id ?? 0);
  expect(texts(toasts)).toEqual([]);
});

test("repeated error is shown once", () => {
  const toasts = new Toasts();
  toasts.error(busy);
  toasts.error(busy);
  expect(texts(toasts)).toEqual(["The database is busy."]);
});
