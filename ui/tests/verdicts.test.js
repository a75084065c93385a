import { expect, test } from "vitest";
import { bearer, isUnanswered, verdict } from "../src/state/verdicts.js";

/** @typedef {import("../src/types/DecisionCode").DecisionCode} DecisionCode */

test.each(/** @type {[DecisionCode, string][]} */ ([
  ["insufficient_scope", "refused: lacks write"],
  ["revoked", "refused: revoked"],
  ["missing_key", "refused: no key"],
  ["unknown_key", "refused: unknown key"],
  ["wrong_environment", "refused: key of another environment"],
  ["preflight_denied", "refused: preflight; switch on Pass CORS preflights"],
  ["reserved_header", "refused: header that only a proxy may set"],
]))("%s is said as it is known", (code, words) => {
  expect(verdict({ accepted: false, code })).toBe(words);
});

test("what_the_api_did_not_answer_was_accepted_all_the_same", () => {
  expect(verdict({ accepted: true, code: "upstream_unreachable" })).toBe("accepted; API not reached");
  expect(verdict({ accepted: true, code: "key_rejected" })).toBe("accepted; its key fell meanwhile");
  expect(isUnanswered({ accepted: true, code: "upstream_timeout" })).toBe(true);
  expect(isUnanswered({ accepted: true, code: "accepted" })).toBe(false);
  expect(isUnanswered({ accepted: false, code: "revoked" })).toBe(false);
});

test("an_accepted_request_is_accepted_and_nothing_else", () => {
  expect(verdict({ accepted: true, code: "accepted" })).toBe("accepted");
});

test("a_row_without_a_key_says_why", () => {
  const of = (/** @type {DecisionCode} */ code, /** @type {"open" | "read"} */ need) => bearer({ keyName: null, need, code });
  expect(of("missing_key", "read")).toBe("no key");
  expect(of("accepted", "open")).toBe("not needed");
  expect(of("unknown_key", "read")).toBe("–");
  expect(bearer({ keyName: "ci-writer", need: "read", code: "accepted" })).toBe("ci-writer");
});
