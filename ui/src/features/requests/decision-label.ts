import { html } from "lit";
import { icon } from "../../components/icons";
import type { LoggedRequest } from "../../host/types/LoggedRequest";
import { failedAfterAllow } from "../../stores/requests";
import { describeDecision } from "./decision-text";

/** Renders the decision with an icon: only a request that reached the API is green. */
export function decisionLabel(decision: Pick<LoggedRequest, "allowed" | "code">, text = describeDecision(decision)) {
  const { allowed } = decision;
  const isFailed = failedAfterAllow(decision);
  return html`<span class="decision ${allowed && !isFailed ? "allowed" : "denied"}"
    >${icon(isFailed ? "warning" : allowed ? "check" : "close")}<span>${text}</span></span
  >`;
}
