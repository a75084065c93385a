import { expect, test } from "vitest";
import { shortcutFor } from "./shortcuts";

const press = { key: "n", code: "KeyN", ctrlKey: false, metaKey: false, altKey: false, repeat: false };
const idle = { singleKeys: true, isTyping: false };

test("single key runs its shortcut", () => {
  expect(shortcutFor(press, idle)).toBe("new");
  expect(shortcutFor({ ...press, key: "/", code: "Slash" }, idle)).toBe("search");
  expect(shortcutFor({ ...press, key: "?", code: "Slash" }, idle)).toBe("shortcuts");
});

test("single key is ignored while typing, when turned off, with a modifier, and when repeated", () => {
  expect(shortcutFor(press, { ...idle, isTyping: true })).toBeNull();
  expect(shortcutFor(press, { ...idle, singleKeys: false })).toBeNull();
  expect(shortcutFor({ ...press, altKey: true }, idle)).toBeNull();
  expect(shortcutFor({ ...press, ctrlKey: true }, idle)).toBeNull();
  expect(shortcutFor({ ...press, repeat: true }, idle)).toBeNull();
});

test("Ctrl+Q and Cmd+Q quit while typing and with single keys turned off", () => {
  const quit = { ...press, key: "q", code: "KeyQ", ctrlKey: true };
  expect(shortcutFor(quit, { singleKeys: false, isTyping: true })).toBe("quit");
  expect(shortcutFor({ ...quit, ctrlKey: false, metaKey: true }, idle)).toBe("quit");
});

test("shortcuts work on a Cyrillic layout", () => {
  expect(shortcutFor({ ...press, key: "й", code: "KeyQ", ctrlKey: true }, idle)).toBe("quit");
  expect(shortcutFor({ ...press, key: "т", code: "KeyN" }, idle)).toBe("new");
});

test("shortcuts follow the letters of other Latin layouts", () => {
  const azertyA = { ...press, key: "a", code: "KeyQ", ctrlKey: true };
  expect(shortcutFor(azertyA, idle)).toBeNull();
  expect(shortcutFor({ ...azertyA, key: "q", code: "KeyA" }, idle)).toBe("quit");
});
