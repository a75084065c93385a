/** The rows of the key table. */
import { html, nothing } from "lit";
import { icon } from "../../components/icons";
import { relativeTime } from "../../components/relative-time";
import type { Key } from "../../host/types/Key";
import { formatDateTime, formatRelative, formatRemaining, formatSince } from "../../lib/format/date";
import { setHeight } from "../../lib/set-height";
import { strings } from "../../strings";
import { keyStateBadge, oldSecretText, permissionBadges } from "./key-badges";
import { expiryStage, isUsable, pauseEnd } from "../../stores/key-state";
import { compactRequestCounts, requestCounts } from "./request-counts";

export interface RowState {
  /** The index in the whole list. */
  index: number;
  isCurrent: boolean;
  isSelected: boolean;
  /** Whether Tab stops at the row. */
  isTabStop: boolean;
  isHighlighted: boolean;
  /** Whether a keychain command of the key runs. */
  isBusy: boolean;
  now: number;
}

function lastUse(key: Key, now: number) {
  const hasCounts = key.allowed + key.denied > 0;
  const counts = hasCounts ? requestCounts(key) : "";
  const compactCounts = hasCounts ? html`<span class="key-counts">${compactRequestCounts(key)}</span>` : nothing;
  if (key.lastUsedAt === null) {
    return html`<span data-tooltip=${counts || nothing}>${strings.keys.never}</span>${compactCounts}`;
  }
  const client = key.lastClient === null ? "" : strings.keys.fromClient(key.lastClient);
  const tooltip = `${formatDateTime(key.lastUsedAt)}${client}\n${counts}`;
  return html`<time data-tooltip=${tooltip} datetime=${new Date(key.lastUsedAt).toISOString()}
      >${formatRelative(Math.min(key.lastUsedAt, now), now)}</time
    >${compactCounts}`;
}

function status(key: Key, now: number) {
  const badge = keyStateBadge(key.state);
  if (!isUsable(key)) {
    return key.endedAt === null ? badge : html`${badge} <span class="key-ended">${relativeTime(key.endedAt, now)}</span>`;
  }
  const pause = pauseEnd(key);
  if (pause !== null) {
    const tooltip = strings.keys.disabledUntil(formatDateTime(pause));
    return html`${badge}
      <span class="key-ended" data-tooltip=${tooltip}>${strings.keys.until(formatSince(pause, now))}</span>`;
  }
  const stage = expiryStage(key, now);
  const { oldSecretEndsAt } = key;
  // There is one line: what ends first is shown.
  if (oldSecretEndsAt !== null && (stage === "none" || oldSecretEndsAt <= (key.expiresAt ?? Infinity))) {
    const tooltip = strings.keys.oldSecretUntil(formatDateTime(oldSecretEndsAt));
    return html`${badge}
      <span class="key-ended" data-tooltip=${tooltip}>${oldSecretText(oldSecretEndsAt, now)}</span>`;
  }
  if (stage === "none" || key.expiresAt === null) return badge;
  const tooltip = strings.keys.expiresOn(formatDateTime(key.expiresAt));
  return html`${badge}
    <span class="key-ended ${stage}" data-tooltip=${tooltip}
      >${strings.keys.expires(formatRemaining(key.expiresAt, now))}</span
    >`;
}

function keychainMark(key: Key, isBusy: boolean) {
  if (isBusy) return html`<span class="spinner" role="img" aria-label=${strings.keys.waitingForKeychain}></span>`;
  if (!key.keychain) return nothing;
  const label = strings.keys.inKeychain;
  return html`<span class="keychain-mark" role="img" aria-label=${label} data-tooltip=${label}>${icon("keychain")}</span>`;
}

/** Renders a key. Its menu button carries `data-menu`; the table handles all events. */
export function keyRow(key: Key, state: RowState) {
  const { index, isCurrent, isSelected, isTabStop, isHighlighted, isBusy, now } = state;
  const fullId = `${key.prefix}_${key.id}`;
  const stateClass = isUsable(key) ? key.state : "ended";
  return html`<tr
    tabindex=${isTabStop ? 0 : -1}
    data-key=${key.id}
    data-index=${index}
    aria-rowindex=${index + 2}
    aria-selected=${isSelected ? "true" : "false"}
    aria-current=${isCurrent ? "true" : nothing}
    class="key-row ${stateClass} ${isHighlighted ? "highlighted" : ""}"
  >
    <td class="col-select">
      <input
        type="checkbox"
        tabindex=${isTabStop ? 0 : -1}
        aria-label=${strings.keys.select(key.name)}
        .checked=${isSelected}
      />
    </td>
    <th scope="row" class="col-name"
      ><span class="key-name" data-tooltip=""><bdi>${key.name}</bdi></span
      ><span class="key-id" data-tooltip="">${fullId}</span></th
    >
    <td class="col-permissions">${permissionBadges(key.permissions)}</td>
    <td class="col-status">${status(key, now)}</td>
    <td class="col-used muted">${lastUse(key, now)}</td>
    <td class="col-created muted">${relativeTime(key.createdAt, now)}</td>
    <td class="col-end">
      <div>
        <span class="slot">${keychainMark(key, isBusy)}</span>
        <button
          type="button"
          class="icon-button"
          data-menu
          tabindex=${isTabStop ? 0 : -1}
          aria-haspopup="menu"
          aria-expanded="false"
          aria-label=${strings.general.actionsFor(key.name)}
        >
          ${icon("dots")}
        </button>
      </div>
    </td>
  </tr>`;
}

/** Renders a row whose page is being read. */
export const loadingRow = (index: number) =>
  html`<tr class="key-row loading" aria-rowindex=${index + 2} aria-busy="true">
    <td class="col-select"></td>
    <th scope="row" class="col-name"><span class="key-name">…</span><span class="key-id"></span></th>
    <td class="col-permissions"></td>
    <td class="col-status"></td>
    <td class="col-used"></td>
    <td class="col-created"></td>
    <td class="col-end"></td>
  </tr>`;

/** Renders the space of rows that are not drawn. Its cell spans no columns, because some may be hidden. */
export const gapRow = (height: number) =>
  html`<tr class="gap" aria-hidden="true"><td ${setHeight(height)}></td></tr>`;
