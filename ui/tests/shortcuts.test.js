import { expect, test } from "vitest";
import { shortcutFor } from "../src/state/shortcuts.js";

const press = { key: "n", ctrlKey: false, metaKey: false, altKey: false, repeat: false };
const idle = { singleKeys: true, typing: false };

test("single_key_shortcut_is_ignored_while_typing_or_turned_off", () => {
  expect(shortcutFor(press, idle)).toBe("new");
  expect(shortcutFor(press, { ...idle, typing: true })).toBeNull();
  expect(shortcutFor(press, { ...idle, singleKeys: false })).toBeNull();
  expect(shortcutFor({ ...press, altKey: true }, idle)).toBeNull();
  expect(shortcutFor({ ...press, repeat: true }, idle), "a pressed key must open one dialog only").toBeNull();
});

test("quit_shortcut_works_while_typing_and_with_single_keys_off", () => {
  const quit = { ...press, key: "q", ctrlKey: true };
  expect(shortcutFor(quit, { singleKeys: false, typing: true })).toBe("quit");
  expect(shortcutFor({ ...quit, ctrlKey: false, metaKey: true }, idle)).toBe("quit");
});
