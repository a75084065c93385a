import { html } from "lit";
import { icon } from "../../components/icons";
import type { Decision } from "../../host/types/Decision";
import { failedAfterAllow } from "../../stores/decisions";
import { describeDecision } from "./decision-text";

/** Renders the decision with an icon: only a request that reached the API is green. */
export function decisionLabel(decision: Decision, text = describeDecision(decision)) {
  const { allowed } = decision;
  const isFailed = failedAfterAllow(decision);
  return html`<span class="decision ${allowed && !isFailed ? "allowed" : "denied"}"
    >${icon(isFailed ? "warning" : allowed ? "check" : "close")}<span>${text}</span></span
  >`;
}
