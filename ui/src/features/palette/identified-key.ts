/** What is known about the key of a pasted text. */
import { html, nothing } from "lit";
import { badge, type BadgeTone } from "../../components/badge";
import { icon } from "../../components/icons";
import { relativeTime } from "../../components/relative-time";
import { richText } from "../../components/rich-text";
import type { FoundKey } from "../../host/types/FoundKey";
import type { IdentifiedKey } from "../../host/types/IdentifiedKey";
import type { KeyState } from "../../host/types/KeyState";
import { strings } from "../../strings";
import { palette } from "../../strings/palette";

function tone(state: KeyState): BadgeTone {
  if (state === "active") return "ok";
  return state === "disabled" || state === "pending" ? "" : "bad";
}

export function identifiedCard({ key, lastUsedAt, form }: IdentifiedKey, open: (key: FoundKey) => void) {
  const used =
    lastUsedAt === null
      ? palette.neverUsed
      : richText(palette.lastUsed, { time: relativeTime(lastUsedAt, Date.now()) });
  return html`<div class="identified">
    <p class="muted small">${palette.identified[form]}</p>
    <p class="identified-name">
      <b>${key.name}</b>${badge(tone(key.state), strings.keys.states[key.state])}${key.permissions.map((permission) =>
        badge(permission === "write" ? "accent" : "", strings.general[permission]),
      )}
    </p>
    <p class="small">${strings.general.environmentPath(key.projectName, key.environmentName)} · ${used}</p>
    <p class="small"><code>${palette.publicPart(key.prefix, key.id)}</code></p>
    ${form === "whole" ? html`<p class="faint small">${palette.secretNotChecked}</p>` : nothing}
    <button type="button" class="button small-button" @click=${() => open(key)}>
      ${icon("key")}<span>${palette.showKey}</span>
    </button>
  </div>`;
}
