/** Texts for the decisions about requests. */
import type { Decision } from "../../host/types/Decision";
import { formatDuration } from "../../lib/format/number";
import { failedAfterAllow } from "../../stores/requests";
import { strings } from "../../strings";

/** The status of a request whose client disconnected before the response. */
const CLIENT_CLOSED_REQUEST = 499;

export function describeDecision(decision: Pick<Decision, "allowed" | "code">): string {
  const { code } = decision;
  const { allowed, allowedBut, denied, reasons, reasonsOnceAllowed } = strings.decisions;
  if (!decision.allowed) return denied(reasons[code]);
  return failedAfterAllow(decision) ? allowedBut(reasonsOnceAllowed[code] ?? reasons[code]) : allowed;
}

/** Returns the decision, and the status and duration of the upstream's response if there is one. */
export function describeResult(
  decision: Pick<Decision, "allowed" | "code" | "status" | "milliseconds">,
  locale?: string,
): string {
  const { allowedBut, clientDisconnected, responded } = strings.decisions;
  const text = describeDecision(decision);
  if (!decision.allowed || failedAfterAllow(decision)) return text;
  if (decision.status === CLIENT_CLOSED_REQUEST) return allowedBut(clientDisconnected);
  return responded(text, decision.status, formatDuration(decision.milliseconds, locale));
}

/** Returns the name of the key, or why there is none. */
export function keyLabel({ keyName, access, code }: Pick<Decision, "keyName" | "access" | "code">): string {
  if (keyName !== null) return keyName;
  if (code === "missing_key") return strings.general.noKey;
  return access === "open" ? strings.decisions.publicRoute : strings.decisions.unknownKey;
}
