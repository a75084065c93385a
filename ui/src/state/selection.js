/**
 * Classifies a selection inside the one-time prompt and moves it with Shift+arrows. Offsets count characters of the
 * key's text; the element maps them to DOM positions.
 */

/**
 * @param {string} selected the selected text that lies within the key
 * @param {string} key
 * @returns {"whole" | "part" | "none"}
 */
export function selectedShare(selected, key) {
  if (selected === "" || key === "") return "none";
  return selected.includes(key) ? "whole" : "part";
}

/**
 * @param {{anchor: number, focus: number}} selection
 * @param {string} arrow the name of the pressed key, as in `KeyboardEvent.key`
 * @param {number} length of the key's text
 * @returns {{anchor: number, focus: number} | null} null if the key does not move a selection
 */
export function extended({ anchor, focus }, arrow, length) {
  switch (arrow) {
    case "ArrowLeft":
      return { anchor, focus: Math.max(0, focus - 1) };
    case "ArrowRight":
      return { anchor, focus: Math.min(length, focus + 1) };
    case "ArrowUp":
    case "Home":
      return { anchor, focus: 0 };
    case "ArrowDown":
    case "End":
      return { anchor, focus: length };
    default:
      return null;
  }
}
