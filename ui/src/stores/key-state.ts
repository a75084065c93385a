import type { Key } from "../host/types/Key";

/** Returns whether a key works now or can be enabled. */
export const isUsable = ({ state }: Pick<Key, "state">): boolean => state === "active" || state === "disabled";

const DAY_MS = 24 * 3_600_000;

/** How near the expiry of a usable key is: shown within 30 days, a warning within 7. */
export function expiryStage(key: Pick<Key, "state" | "expiresAt">, now: number): "none" | "near" | "urgent" {
  if (key.expiresAt === null || !isUsable(key)) return "none";
  const remaining = key.expiresAt - now;
  if (remaining <= 7 * DAY_MS) return "urgent";
  return remaining <= 30 * DAY_MS ? "near" : "none";
}

/** Returns when a disabled key becomes active again; null if it must be enabled. */
export const pauseEnd = ({ state, disabledUntil }: Pick<Key, "state" | "disabledUntil">): number | null =>
  state === "disabled" ? disabledUntil : null;

/** Returns when a key changes without a command: at the end of a pause, of its old secret, or at its expiry. */
export function nextStateChange(key: Pick<Key, "state" | "expiresAt" | "disabledUntil" | "oldSecretEndsAt">): number | null {
  if (!isUsable(key)) return null;
  const times = [key.expiresAt, key.oldSecretEndsAt, pauseEnd(key)].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}
