import { html, nothing } from "lit";
import { badge } from "../../components/badge";
import type { KeyState } from "../../host/types/KeyState";
import type { Permission } from "../../host/types/Permission";
import { strings } from "../../strings";
import { KEY_STATE_TONES } from "./key-state";

export const permissionBadges = (permissions: readonly Permission[]) =>
  html`${badge("", strings.general.read)}${permissions.includes("write")
    ? html` ${badge("accent", strings.general.write)}`
    : nothing}`;

export const keyStateBadge = (state: KeyState) => badge(KEY_STATE_TONES[state], strings.keys.states[state]);
