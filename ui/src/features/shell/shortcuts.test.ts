import { expect, test, vi } from "vitest";
import { createKeybindingsHandler } from "tinykeys";
import { shortcutCommands } from "../../commands";
import { shortcutKeys } from "./shortcut-label";
import { bindings } from "./shortcuts";

/** Presses keys one after the other and returns whether the shortcut ran. */
function runs(keys: string, ...presses: { key: string; code: string; modifiers?: string[] }[]): boolean {
  const run = vi.fn<() => void>();
  const handle = createKeybindingsHandler(bindings(keys, run), { ignore: () => false });
  for (const { key, code, modifiers = [] } of presses) {
    handle({ key, code, getModifierState: (name: string) => modifiers.includes(name) } as unknown as Event);
  }
  return run.mock.calls.length === 1;
}

const CONTROL = { modifiers: ["Control"] };

test("single key runs its shortcut without modifiers", () => {
  expect(runs("n", { key: "n", code: "KeyN" })).toBe(true);
  expect(runs("n", { key: "n", code: "KeyN", modifiers: ["Alt"] })).toBe(false);
  expect(runs("n", { key: "n", code: "KeyN", ...CONTROL })).toBe(false);
});

test("marks run with and without Shift", () => {
  expect(runs("?", { key: "?", code: "Slash", modifiers: ["Shift"] })).toBe(true);
  expect(runs("/", { key: "/", code: "Slash" })).toBe(true);
  expect(runs("/", { key: "/", code: "Digit7", modifiers: ["Shift"] }), "German layout").toBe(true);
});

test("shortcuts work on a Cyrillic layout", () => {
  expect(runs("$mod+q", { key: "й", code: "KeyQ", ...CONTROL })).toBe(true);
  expect(runs("$mod+k", { key: "л", code: "KeyK", ...CONTROL })).toBe(true);
  expect(runs("n", { key: "т", code: "KeyN" })).toBe(true);
  expect(runs("g k", { key: "п", code: "KeyG" }, { key: "л", code: "KeyK" })).toBe(true);
});

test("shortcuts follow the letters of other Latin layouts", () => {
  expect(runs("$mod+q", { key: "a", code: "KeyQ", ...CONTROL })).toBe(false);
  expect(runs("$mod+q", { key: "q", code: "KeyA", ...CONTROL })).toBe(true);
});

test("no two commands have the same shortcut, and none begins with another", () => {
  const all = shortcutCommands.map(({ keys }) => keys ?? "");
  expect(all.filter((keys) => all.some((other) => other !== keys && other.startsWith(`${keys} `)))).toEqual([]);
  expect(new Set(all).size).toBe(all.length);
});

test("labels name the keys of the platform", () => {
  expect(shortcutKeys("$mod+k", false)).toEqual(["Ctrl", "K"]);
  expect(shortcutKeys("$mod+k", true)).toEqual(["⌘", "K"]);
  expect(shortcutKeys("g k", false)).toEqual(["G", "K"]);
  expect(shortcutKeys("/", false)).toEqual(["/"]);
  expect(shortcutKeys("Ctrl +", false)).toEqual(["Ctrl", "+"]);
});
