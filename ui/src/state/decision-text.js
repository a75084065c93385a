/** Texts for the decisions of a gateway. */
import { strings } from "../strings.js";

/** @typedef {import("../types/Decision").Decision} Decision */

/**
 * Whether the request was allowed, but the API did not answer it.
 *
 * @param {Pick<Decision, "accepted" | "code">} decision
 */
export const isUnanswered = ({ accepted, code }) => accepted && code !== "accepted";

/** @param {Pick<Decision, "accepted" | "code">} decision */
export function decisionText({ accepted, code }) {
  const { allowed, allowedBut, denied, reasons, reasonsOnceAllowed } = strings.decisions;
  if (!accepted) return denied(reasons[code]);
  return isUnanswered({ accepted, code }) ? allowedBut(reasonsOnceAllowed[code] ?? reasons[code]) : allowed;
}

/**
 * The name of the key, or why there is none.
 *
 * @param {Pick<Decision, "keyName" | "access" | "code">} decision
 */
export function keyText({ keyName, access, code }) {
  if (keyName !== null) return keyName;
  if (code === "missing_key") return strings.common.noKey;
  return access === "open" ? strings.decisions.publicRoute : strings.decisions.unknownKey;
}
