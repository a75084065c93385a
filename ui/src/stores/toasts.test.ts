import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AFTER_READING_MS, MAX_ACTIONS, TOAST_MS, type ToastGroup, Toasts } from "./toasts";

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

describe("messages of one kind", () => {
  const group: ToastGroup = { id: "disabled", summarize: (count) => `${count} keys disabled` };
  let run: string[];
  let toasts: Toasts;

  const disable = (name: string) =>
    toasts.show(`Disabled ${name}`, { label: "Undo", run: () => void run.push(name) }, name, group);

  beforeEach(() => {
    run = [];
    toasts = new Toasts();
    for (const name of ["a", "b", "c"]) disable(name);
  });

  test("they are shown as one, whose Undo reverts all of them", async () => {
    expect(texts(toasts)).toEqual(["3 keys disabled"]);
    await toasts.list[0]?.action?.run();
    expect(run).toEqual(["c", "b", "a"]);
    expect(toasts.takeUndo(), "they were undone").toBeNull();
  });

  test("later message about a subject takes it out", () => {
    toasts.show("Revoked b", null, "b");
    expect(texts(toasts)).toEqual(["2 keys disabled", "Revoked b"]);
    toasts.show("Revoked c", null, "c");
    expect(texts(toasts)).toEqual(["Disabled a", "Revoked c"]);
  });

  test("another one shows them for their whole time again", () => {
    vi.advanceTimersByTime(TOAST_MS - 1);
    disable("d");
    vi.advanceTimersByTime(TOAST_MS - 1);
    expect(texts(toasts)).toEqual(["4 keys disabled"]);
  });

  test("undo takes back the last one, also after the message is gone", () => {
    expect(toasts.takeUndo()?.text).toBe("Disabled c");
    expect(texts(toasts)).toEqual(["2 keys disabled"]);
    vi.advanceTimersByTime(TOAST_MS);
    expect(texts(toasts)).toEqual([]);
    expect([toasts.takeUndo()?.text, toasts.takeUndo()?.text, toasts.takeUndo()]).toEqual(["Disabled b", "Disabled a", null]);
  });
});

test("message stays while it is read, and for a moment after", () => {
  const toasts = new Toasts();
  toasts.show("Disabled ci", undo, "key 1");
  toasts.setBeingRead(true);
  vi.advanceTimersByTime(3 * TOAST_MS);
  expect(texts(toasts)).toEqual(["Disabled ci"]);
  toasts.setBeingRead(false);
  vi.advanceTimersByTime(AFTER_READING_MS - 1);
  expect(texts(toasts)).toEqual(["Disabled ci"]);
  vi.advanceTimersByTime(1);
  expect(texts(toasts)).toEqual([]);
});

test("message that was read early keeps its time", () => {
  const toasts = new Toasts();
  toasts.show("Disabled ci", undo, "key 1");
  toasts.setBeingRead(true);
  toasts.setBeingRead(false);
  vi.advanceTimersByTime(TOAST_MS - 1);
  expect(texts(toasts)).toEqual(["Disabled ci"]);
  vi.advanceTimersByTime(1);
  expect(texts(toasts)).toEqual([]);
});
