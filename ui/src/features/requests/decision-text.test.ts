import { expect, test } from "vitest";
import type { DecisionCode } from "../../host/types/DecisionCode";
import { describeDecision, describeResult, keyLabel } from "./decision-text";

test.each<[DecisionCode, string]>([
  ["insufficient_scope", "Denied: needs Write"],
  ["revoked", "Denied: key revoked"],
  ["missing_key", "Denied: no key"],
  ["unknown_key", "Denied: unknown key"],
  ["wrong_environment", "Denied: key from another environment"],
  ["preflight_denied", "Denied: CORS preflight (turn on “Allow CORS preflights”)"],
  ["reserved_header", "Denied: header reserved for proxies"],
])("denied request names the reason: %s", (code, text) => {
  expect(describeDecision({ allowed: false, code })).toBe(text);
});

test("request that fails once allowed names the problem", () => {
  expect(describeDecision({ allowed: true, code: "upstream_unreachable" })).toBe("Allowed, API unreachable");
  expect(describeDecision({ allowed: true, code: "key_rejected" })).toBe("Allowed, key revoked during the request");
});

test("allowed request has no reason", () => {
  expect(describeDecision({ allowed: true, code: "allowed" })).toBe("Allowed");
});

test("result has the status and duration of a response", () => {
  const response = { status: 404, milliseconds: 12.4 };
  expect(describeResult({ allowed: true, code: "allowed", ...response }, "en")).toBe("Allowed · 404 · 12 ms");
  expect(describeResult({ allowed: false, code: "revoked", ...response }, "en")).toBe("Denied: key revoked");
  expect(describeResult({ allowed: true, code: "upstream_timeout", ...response }, "en")).toBe("Allowed, API timed out");
});

test("aborted request has no status of a response", () => {
  const aborted = { allowed: true, code: "allowed", status: 499, milliseconds: 12.4 } as const;
  expect(describeResult(aborted, "en")).toBe("Allowed, client disconnected");
});

test("key label explains a missing key", () => {
  expect(keyLabel({ keyName: null, access: "read", code: "missing_key" })).toBe("No key");
  expect(keyLabel({ keyName: null, access: "open", code: "allowed" })).toBe("Public route");
  expect(keyLabel({ keyName: null, access: "read", code: "unknown_key" })).toBe("–");
  expect(keyLabel({ keyName: "ci-writer", access: "read", code: "allowed" })).toBe("ci-writer");
});
