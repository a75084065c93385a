/** Words for what a gateway decided. Rust sends stable codes; the type of this table has all of them. */

/** @typedef {import("../types/Decision").Decision} Decision */
/** @typedef {import("../types/DecisionCode").DecisionCode} DecisionCode */
/** @typedef {import("../types/Access").Access} Access */

/** @type {Readonly<Record<DecisionCode, string>>} */
const REASONS = {
  accepted: "accepted",
  insufficient_scope: "lacks write",
  revoked: "revoked",
  disabled: "disabled",
  expired: "expired",
  pending: "not copied yet",
  invalid_key: "invalid key",
  unknown_key: "unknown key",
  wrong_environment: "key of another environment",
  missing_key: "no key",
  multiple_keys: "more than one key",
  malformed_authorization: "malformed Authorization header",
  key_in_url: "key in the address",
  misplaced_key: "key in an unrelated header",
  reserved_header: "header that only a proxy may set",
  dot_segments: "dot segments in the path",
  preflight_denied: "preflight; switch on Pass CORS preflights",
  unsupported_target: "cannot be passed to an API",
  invalid_host: "not for exactly one host",
  malformed_request: "body in an unknown coding",
  unavailable: "keys cannot be checked now",
  rules_unavailable: "rules cannot be read now",
  internal_error: "internal error",
  key_rejected: "key not accepted",
  upstream_unreachable: "API not reached",
  upstream_certificate_invalid: "API's certificate not trusted",
  upstream_response_invalid: "API broke off",
  upstream_timeout: "API too slow",
};

/** Other words where a request was accepted before. @type {Readonly<Partial<Record<DecisionCode, string>>>} */
const UNANSWERED = {
  malformed_request: "request broke off",
  key_rejected: "its key fell meanwhile",
};

/** Whether it was accepted and the API did not answer. @param {Pick<Decision, "accepted" | "code">} decision */
export const isUnanswered = ({ accepted, code }) => accepted && code !== "accepted";

/** @param {Pick<Decision, "accepted" | "code">} decision */
export function verdict({ accepted, code }) {
  if (!accepted) return `refused: ${REASONS[code]}`;
  return isUnanswered({ accepted, code }) ? `accepted; ${UNANSWERED[code] ?? REASONS[code]}` : "accepted";
}

/**
 * Whose key it was. Without a name it says why there is none.
 *
 * @param {Pick<Decision, "keyName" | "need" | "code">} decision
 */
export function bearer({ keyName, need, code }) {
  if (keyName !== null) return keyName;
  if (code === "missing_key") return "no key";
  return need === "open" ? "not needed" : "–";
}

/** @type {Readonly<Record<Access, string>>} */
export const NEEDS = { open: "nothing", read: "read", write: "write" };
