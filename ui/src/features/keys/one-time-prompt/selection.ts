/**
 * Classifies a selection inside the one-time prompt and extends it with Shift+arrows. Offsets count characters of the
 * key's text; the element maps them to DOM positions.
 */
export type Coverage = "whole" | "part" | "none";

export interface Offsets {
  anchor: number;
  focus: number;
}

/** `selected` is the selected text that lies within the key. */
export function selectionCoverage(selected: string, key: string): Coverage {
  if (selected === "" || key === "") return "none";
  return selected.includes(key) ? "whole" : "part";
}

/** Returns null if the pressed key, as in `KeyboardEvent.key`, does not extend a selection. */
export function extendSelection({ anchor, focus }: Offsets, pressed: string, length: number): Offsets | null {
  switch (pressed) {
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
