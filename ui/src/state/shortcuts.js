/**
 * Maps key presses to shortcuts. Single letters are ignored while they are turned off or a text field has the focus.
 */

/** @typedef {"search" | "new" | "shortcuts" | "quit"} Shortcut */

/**
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, repeat: boolean}} press
 * @param {{singleKeys: boolean, typing: boolean}} situation
 * @returns {Shortcut | null}
 */
export function shortcutFor(press, { singleKeys, typing }) {
  if (press.repeat) return null;
  if ((press.ctrlKey || press.metaKey) && !press.altKey) return press.key.toLowerCase() === "q" ? "quit" : null;
  if (press.ctrlKey || press.metaKey || press.altKey || typing || !singleKeys) return null;
  if (press.key === "/") return "search";
  if (press.key === "n") return "new";
  if (press.key === "?") return "shortcuts";
  return null;
}
