import { html, nothing } from "lit";
import { badge } from "../../components/badge";
import type { Key } from "../../host/types/Key";
import type { KeyState } from "../../host/types/KeyState";
import type { Permission } from "../../host/types/Permission";
import { formatDate, formatRemaining, formatSince } from "../../lib/format/date";
import { expiryStage, isUsable } from "../../stores/key-state";
import { strings } from "../../strings";

const KEY_STATE_TONES: Readonly<Record<KeyState, "" | "ok" | "warn" | "bad">> = {
  pending: "warn",
  active: "ok",
  disabled: "warn",
  revoked: "bad",
  expired: "",
  unclaimed: "",
  discarded: "",
};

export const permissionBadges = (permissions: readonly Permission[]) =>
  html`${badge("", strings.general.read)}${permissions.includes("write")
    ? html` ${badge("accent", strings.general.write)}`
    : nothing}`;

export const keyStateBadge = (state: KeyState) => badge(KEY_STATE_TONES[state], strings.keys.states[state]);

/** Renders that a usable key expires soon. */
export function expiryBadge(key: Key, now: number) {
  const stage = expiryStage(key, now);
  if (stage === "none" || key.expiresAt === null) return nothing;
  return badge(stage === "urgent" ? "warn" : "", strings.keys.expires(formatRemaining(key.expiresAt, now)));
}

/** Returns until when an old secret works: the time if that is today, otherwise the day, because rows have no more space. */
export function oldSecretText(end: number, now: number): string {
  const day = formatDate(end, now);
  return strings.keys.oldSecretUntil(day === formatDate(now, now) ? formatSince(end, now) : day);
}

/** Renders that a usable key has an old secret that works. */
export const oldSecretBadge = (key: Key, now: number) =>
  isUsable(key) && key.oldSecretEndsAt !== null ? badge("accent", oldSecretText(key.oldSecretEndsAt, now)) : nothing;
