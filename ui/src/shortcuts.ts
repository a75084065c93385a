export type Shortcut = "search" | "new" | "shortcuts" | "quit";

type KeyPress = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "repeat">;

/** Returns the shortcut of a key press. Single keys are ignored while they are turned off or one is typing. */
export function shortcutFor(
  press: KeyPress,
  { singleKeys, isTyping }: { singleKeys: boolean; isTyping: boolean },
): Shortcut | null {
  if (press.repeat || press.altKey) return null;
  const key = latinKey(press);
  if (press.ctrlKey || press.metaKey) return key.toLowerCase() === "q" ? "quit" : null;
  if (isTyping || !singleKeys) return null;
  if (key === "/") return "search";
  if (key === "n") return "new";
  if (key === "?") return "shortcuts";
  return null;
}

/** Returns the letter at the same place of a Latin layout if the layout has other letters, such as Cyrillic ones. */
function latinKey({ key, code }: KeyPress): string {
  const isForeignLetter = /^\p{L}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key);
  return isForeignLetter && code.startsWith("Key") ? code.slice("Key".length).toLowerCase() : key;
}
