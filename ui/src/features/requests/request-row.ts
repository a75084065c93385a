/** The rows of the request log. */
import { html, nothing } from "lit";
import { userName } from "../../components/user-name";
import type { LoggedRequest } from "../../host/types/LoggedRequest";
import { formatPreciseTime, formatTime } from "../../lib/format/date";
import { formatDuration } from "../../lib/format/number";
import { setHeight } from "../../lib/set-height";
import { decisionLabel } from "./decision-label";
import { describeDecision, keyLabel } from "./decision-text";
import { statusLabel, statusTooltip } from "./status";

export const COLUMNS = ["time", "method", "path", "status", "duration", "client", "key", "result"] as const;

/** Renders a request. Its path is the button that opens the details. */
export function requestRow(
  request: LoggedRequest,
  { index, isSelected, isTabStop }: { index: number; isSelected: boolean; isTabStop: boolean },
) {
  const { id, at: time, method, path, status, milliseconds, client } = request;
  const result = describeDecision(request);
  return html`<tr
    data-request=${id}
    data-key=${request.keyId ?? nothing}
    aria-rowindex=${index + 2}
    class=${isSelected ? "selected" : ""}
    tabindex="-1"
  >
    <td class="request-time"
      ><time data-tooltip=${formatPreciseTime(time)} datetime=${new Date(time).toISOString()}>${formatTime(time)}</time></td
    >
    <td class="request-method mono" data-tooltip>${method}</td>
    <td class="request-path"
      ><button
        data-tooltip
        type="button"
        class="mono"
        tabindex=${isTabStop ? 0 : -1}
        aria-expanded=${isSelected ? "true" : "false"}
        aria-controls=${isSelected ? "request-details" : nothing}
        >${path}</button
      ></td
    >
    <td class="request-status" data-tooltip=${statusTooltip(status)}>${statusLabel(status)}</td>
    <td class="request-duration">${formatDuration(milliseconds)}</td>
    <td class="request-client mono" data-tooltip>${client}</td>
    <td class="request-key ${request.keyName === null ? "faint" : ""}" data-tooltip>${userName(keyLabel(request))}</td>
    <td class="request-result" data-tooltip=${result}>${decisionLabel(request, result)}</td>
  </tr>`;
}

/** Renders the space of rows that are not drawn. One cell, because the number of columns depends on the width. */
export const gapRow = (height: number) =>
  html`<tr class="request-gap" aria-hidden="true"><td ${setHeight(height)}></td></tr>`;
