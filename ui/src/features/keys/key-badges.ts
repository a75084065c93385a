import { html, nothing } from "lit";
import { badge } from "../../components/badge";
import type { Key } from "../../host/types/Key";
import type { KeyState } from "../../host/types/KeyState";
import type { Permission } from "../../host/types/Permission";
import { formatRemaining } from "../../lib/format/date";
import { expiryStage } from "../../stores/key-state";
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
