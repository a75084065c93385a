import { expect, test } from "vitest";
import { decisionText, failedAfterAllow, keyText, resultText } from "../src/state/decision-text.js";

/** @typedef {import("../src/types/DecisionCode").DecisionCode} DecisionCode */

test.each(/** @type {[DecisionCode, string][]} */ ([
  ["insufficient_scope", "Denied: needs Write"],
  ["revoked", "Denied: key revoked"],
  ["missing_key", "Denied: no key"],
  ["unknown_key", "Denied: unknown key"],
  ["wrong_environment", "Denied: key from another environment"],
  ["preflight_denied", "Denied: CORS preflight (turn on “Allow CORS preflights”)"],
  ["reserved_header", "Denied: header reserved for proxies"],
]))("decision_text_explains_%s", (code, text) => {
  expect(decisionText({ allowed: false, code })).toBe(text);
});

test("request_that_fails_once_allowed_names_the_problem", () => {
  expect(decisionText({ allowed: true, code: "upstream_unreachable" })).toBe("Allowed, API unreachable");
  expect(decisionText({ allowed: true, code: "key_rejected" })).toBe("Allowed, key revoked during the request");
  expect(failedAfterAllow({ allowed: true, code: "upstream_timeout" })).toBe(true);
  expect(failedAfterAllow({ allowed: true, code: "allowed" })).toBe(false);
  expect(failedAfterAllow({ allowed: false, code: "revoked" })).toBe(false);
});

test("allowed_request_has_no_reason", () => {
  expect(decisionText({ allowed: true, code: "allowed" })).toBe("Allowed");
});

test("result_text_has_status_and_duration_of_a_response", () => {
  const response = { status: 404, milliseconds: 12.4 };
  expect(resultText({ allowed: true, code: "allowed", ...response }, "en")).toBe("Allowed · 404 · 12 ms");
  expect(resultText({ allowed: false, code: "revoked", ...response }, "en")).toBe("Denied: key revoked");
  expect(resultText({ allowed: true, code: "upstream_timeout", ...response }, "en")).toBe("Allowed, API timed out");
});

test("key_text_explains_a_missing_key", () => {
  const text = (/** @type {DecisionCode} */ code, /** @type {"open" | "read"} */ access) => keyText({ keyName: null, access, code });
  expect(text("missing_key", "read")).toBe("No key");
  expect(text("allowed", "open")).toBe("Public route");
  expect(text("unknown_key", "read")).toBe("–");
  expect(keyText({ keyName: "ci-writer", access: "read", code: "allowed" })).toBe("ci-writer");
});
