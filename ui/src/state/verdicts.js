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
  credentials_missing: "no key",
  credentials_conflict: "more than one key",
  credentials_form: "malformed Authorization header",
  key_in_query: "key in the address",
  key_in_header: "key in an unrelated header",
  header_forbidden: "header that only a proxy may set",
  path_forbidden: "dot segments in the path",
  preflight: "preflight; switch on Pass CORS preflights",
  not_for_a_gateway: "cannot be passed to an API",
  host_missing: "not for exactly one host",
  request_malformed: "body in an unknown coding",
  unavailable: "keys cannot be checked now",
  rules_unavailable: "rules cannot be read now",
  internal: "internal error",
  key_refused: "key not accepted",
  upstream_unreachable: "API not reached",
  upstream_certificate: "API's certificate not trusted",
  upstream_broken: "API broke off",
  upstream_slow: "API too slow",
};

/** Other words where a request was accepted before. @type {Readonly<Partial<Record<DecisionCode, string>>>} */
const UNANSWERED = {
  request_malformed: "request broke off",
  key_refused: "its key fell meanwhile",
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
  if (code === "credentials_missing") return "no key";
  return need === "open" ? "not needed" : "–";
}

/** @type {Readonly<Record<Access, string>>} */
export const NEEDS = { open: "nothing", read: "read", write: "write" };
