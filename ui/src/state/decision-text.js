/** Texts for the decisions of a gateway. */
import { formatDuration } from "./numbers.js";
import { strings } from "../strings.js";

/** @typedef {import("../types/Decision").Decision} Decision */

/**
 * Whether the request was allowed but failed afterwards, for example because the API timed out.
 *
 * @param {Pick<Decision, "allowed" | "code">} decision
 */
export const failedAfterAllow = ({ allowed: isAllowed, code }) => isAllowed && code !== "allowed";

/** @param {Pick<Decision, "allowed" | "code">} decision */
export function decisionText({ allowed: isAllowed, code }) {
  const { allowed, allowedBut, denied, reasons, reasonsOnceAllowed } = strings.decisions;
  if (!isAllowed) return denied(reasons[code]);
  return failedAfterAllow({ allowed: isAllowed, code }) ? allowedBut(reasonsOnceAllowed[code] ?? reasons[code]) : allowed;
}

/**
 * The decision, and the status and duration of the upstream's response if there is one.
 *
 * @param {Pick<Decision, "allowed" | "code" | "status" | "milliseconds">} decision
 * @param {string} [locale] the system's when left out
 */
export function resultText(decision, locale) {
  const text = decisionText(decision);
  if (!decision.allowed || failedAfterAllow(decision)) return text;
  return strings.decisions.responded(text, decision.status, formatDuration(decision.milliseconds, locale));
}

/**
 * The name of the key, or why there is none.
 *
 * @param {Pick<Decision, "keyName" | "access" | "code">} decision
 */
export function keyText({ keyName, access, code }) {
  if (keyName !== null) return keyName;
  if (code === "missing_key") return strings.general.noKey;
  return access === "open" ? strings.decisions.publicRoute : strings.decisions.unknownKey;
}
