/**
 * What a gateway decided, in words. Rust sends stable codes (`DenyReason::as_str` of the keys, the codes of problems); this
 * is the one place that knows how each is said to the owner of the API.
 */

/** @typedef {import("../types/Decision").Decision} Decision */
/** @typedef {import("../types/Access").Access} Access */

/** @type {Readonly<Record<string, string>>} */
const REASONS = {
  insufficient_scope: "lacks write",
  revoked: "revoked",
  disabled: "disabled",
  expired: "expired",
  pending: "not copied yet",
  malformed: "malformed key",
  unknown: "unknown key",
  wrong_environment: "key of another environment",
  credentials_missing: "no key",
  credentials_conflict: "more than one key",
  credentials_form: "malformed Authorization header",
  key_in_query: "key in the address",
  key_in_header: "key in an unrelated header",
  path_forbidden: "dot segments in the path",
  preflight: "preflight; switch on Pass CORS preflights",
  not_for_a_gateway: "cannot be passed to an API",
  host_missing: "not for exactly one host",
  request_malformed: "body in an unknown coding",
  unavailable: "keys cannot be checked now",
  rules_unavailable: "rules cannot be read now",
};

/** What became of a request that was accepted, where the API did not answer it. @type {Readonly<Record<string, string>>} */
const UNANSWERED = {
  upstream_unreachable: "API not reached",
  upstream_certificate: "API's certificate not trusted",
  upstream_broken: "API broke off",
  upstream_slow: "API too slow",
  request_malformed: "request broke off",
  key_refused: "its key fell meanwhile",
};

/** Whether there are words of our own for a code. @param {string} code */
export const isKnown = (code) => code === "accepted" || Object.hasOwn(REASONS, code) || Object.hasOwn(UNANSWERED, code);

/** Whether it was accepted and the API did not answer. @param {Pick<Decision, "accepted" | "code">} decision */
export const isUnanswered = ({ accepted, code }) => accepted && code !== "accepted";

/** @param {Readonly<Record<string, string>>} words @param {string} code */
const said = (words, code) => (Object.hasOwn(words, code) ? words[code] : code.replaceAll("_", " "));

/**
 * @param {Pick<Decision, "accepted" | "code">} decision
 * @returns {string} a code that is not known is written as it is, with blanks
 */
export function verdict({ accepted, code }) {
  if (!accepted) return `refused: ${said(REASONS, code)}`;
  return isUnanswered({ accepted, code }) ? `accepted; ${said(UNANSWERED, code)}` : "accepted";
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
