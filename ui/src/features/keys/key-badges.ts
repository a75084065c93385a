import { html, nothing } from "lit";
import { badge } from "../../components/badge";
import type { KeyState } from "../../host/types/KeyState";
import type { Permission } from "../../host/types/Permission";
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
