/** Why a request was denied, or failed once it was allowed. */
import type { DecisionCode } from "../host/types/DecisionCode";

export const REASONS: Readonly<Record<DecisionCode, string>> = {
  allowed: "allowed",
  insufficient_scope: "needs Write",
  revoked: "key revoked",
  disabled: "key disabled",
  expired: "key expired",
  rotated: "old secret of a rotated key",
  pending: "key not copied yet",
  invalid_key: "invalid key",
  unknown_key: "unknown key",
  wrong_environment: "key from another environment",
  missing_key: "no key",
  multiple_keys: "more than one key",
  malformed_authorization: "malformed Authorization header",
  key_in_url: "key sent in the URL",
  misplaced_key: "key sent in the wrong header",
  reserved_header: "header reserved for proxies",
  dot_segments: "dot segments in the path",
  preflight_denied: "CORS preflight (turn on “Allow CORS preflights”)",
  unsupported_target: "can't be forwarded",
  invalid_host: "missing or duplicate Host",
  malformed_request: "unsupported body encoding",
  unavailable: "key verification unavailable",
  rules_unavailable: "route rules unavailable",
  internal_error: "internal error",
  key_rejected: "key rejected",
  upstream_unreachable: "API unreachable",
  upstream_certificate_invalid: "API certificate not trusted",
  upstream_response_invalid: "API sent no valid response",
  upstream_timeout: "API timed out",
};

/** Different reasons once a request was allowed. */
export const REASONS_ONCE_ALLOWED: Readonly<Partial<Record<DecisionCode, string>>> = {
  malformed_request: "request interrupted",
  key_rejected: "key revoked during the request",
};
