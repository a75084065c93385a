/** Zooms the window: a setting, which Rust stores and applies. */
import type { Stores } from "../stores";

/** The zoom levels in percent. */
export const ZOOM_LEVELS = [80, 90, 100, 110, 125, 150, 175, 200] as const;

export const DEFAULT_ZOOM = 100;

export type ZoomStep = "in" | "out" | "reset";

type KeyPress = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey">;

/** Returns the step of Ctrl or Cmd with plus, minus or 0. */
export function zoomStepFor({ key, code, ctrlKey, metaKey, altKey }: KeyPress): ZoomStep | null {
  if (altKey || !(ctrlKey || metaKey)) return null;
  if (key === "+" || key === "=") return "in"; // "=" is on the key of plus, without Shift
  if (key === "-" || key === "_") return "out";
  // Some layouts, such as the French one, have a letter on the key of 0.
  if (key === "0" || (code === "Digit0" && key > "\u007f")) return "reset";
  return null;
}

/** Returns the level that follows a zoom, which may lie between two levels. */
export function nextZoom(current: number, step: ZoomStep): number {
  if (step === "reset") return DEFAULT_ZOOM;
  const following =
    step === "in"
      ? ZOOM_LEVELS.find((level) => level > current)
      : ZOOM_LEVELS.findLast((level) => level < current);
  return following ?? current;
}

export function zoom({ session }: Stores, step: ZoomStep): void {
  const next = nextZoom(session.settings.zoom, step);
  if (next !== session.settings.zoom) void session.changeSettings({ zoom: next });
}
