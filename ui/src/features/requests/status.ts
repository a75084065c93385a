/** HTTP statuses: their colors and names. */
import { html, nothing } from "lit";
import type { BadgeTone } from "../../components/badge";
import { strings } from "../../strings";

/** Returns the color of the class of a status. */
export function statusTone(status: number): BadgeTone {
  if (status >= 500) return "bad";
  if (status >= 400) return "warn";
  return status >= 300 ? "" : "ok";
}

/** Returns the name of a status, or of its class. */
export const statusName = (status: number): string =>
  strings.decisions.statuses[status] ?? strings.decisions.statusClasses[Math.floor(status / 100)] ?? "";

/** Returns the status with its name. */
export const statusTooltip = (status: number | null): string =>
  status === null ? strings.decisions.unknownStatus : `${status} ${statusName(status)}`;

/** Renders a status with its name. */
export const statusLabel = (status: number | null) => {
  if (status === null) return html`<span class="status">–</span>`;
  const name = statusName(status);
  return html`<span class="status ${statusTone(status)}"
    ><b>${status}</b>${name ? html` <span>${name}</span>` : nothing}</span
  >`;
};
