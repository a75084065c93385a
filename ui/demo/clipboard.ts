/** The clipboard of the demo host. It counts down, but a web page cannot see or clear the real one. */
import type { Host } from "../src/host/host";
import type { ClipboardState } from "../src/host/types/ClipboardState";
import type { Settings } from "../src/host/types/Settings";
import { emit } from "./database";

let settings: Settings = {
  theme: "system",
  clipboardSeconds: 45,
  singleKeys: true,
  zoom: 100,
  keepInTray: false,
  notifications: true,
};
let held: { seconds: number | null; expiresAt: number | null } | null = null;
let clearTimer: ReturnType<typeof setTimeout> | undefined;

export const currentSettings = (): Settings => settings;

export const changeSettings: Host["changeSettings"] = async ({ changes }) => {
  settings = { ...settings, ...changes };
  document.documentElement.style.setProperty("zoom", `${settings.zoom}%`); // the application zooms the web view
  return settings;
};

export const isHoldingKey = (): boolean => held !== null;

export function clipboardState(): ClipboardState | null {
  if (!held) return null;
  const { seconds, expiresAt } = held;
  return { seconds, remainingMs: expiresAt === null ? null : Math.max(0, expiresAt - Date.now()) };
}

/** Puts a key into the clipboard; the countdown begins when its prompt is closed. */
export function holdKey(isCounting: boolean): void {
  clearTimeout(clearTimer);
  const { clipboardSeconds: seconds } = settings;
  const delay = isCounting && seconds !== null ? seconds * 1000 : null;
  held = { seconds, expiresAt: delay === null ? null : Date.now() + delay };
  if (delay !== null) clearTimer = setTimeout(() => void clearClipboard(), delay);
  emit({ kind: "clipboard", state: clipboardState(), cleared: false, problem: null });
}

export const clearClipboard: Host["clearClipboard"] = async () => {
  clearTimeout(clearTimer);
  held = null;
  emit({ kind: "clipboard", state: null, cleared: true, problem: null });
  return null;
};
