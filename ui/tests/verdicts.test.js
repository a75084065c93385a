import { describe, expect, test } from "vitest";
import { bearer, isKnown, isUnanswered, verdict } from "../src/state/verdicts.js";

/** The sources in which codes are made, by path. @type {Record<string, string>} */
const SOURCES = import.meta.glob(
  [
    "../../src-tauri/crates/keys/src/judge.rs",
    "../../src-tauri/crates/guard/src/{authorize,credentials,key_extractor,gateway_problems,problems}.rs",
    "../../src-tauri/crates/gateway/src/{decide,exchange,failed}.rs",
  ],
  { query: "?raw", import: "default", eager: true },
);
/** @param {string[]} names */
const source = (...names) =>
  Object.entries(SOURCES)
    .filter(([path]) => names.some((name) => path.endsWith(`/${name}.rs`)))
    .map(([, text]) => text)
    .join("\n");

/** The words of `DenyReason::as_str`. */
function refusals() {
  const body = /impl DenyReason \{(.*?)\n\}/s.exec(source("judge"))?.[1] ?? "";
  return [...body.matchAll(/=> "([a-z_]+)"/g)].map(([, code]) => code);
}

/** The codes of the problems that are made in these files. */
/** @param {string[]} names of the files in which they are made */
function problems(...names) {
  const made = source(...names);
  const kinds = source("problems", "gateway_problems");
  const codes = new Map(
    [...kinds.matchAll(/fn (\w+)\([^)]*\) -> Self \{.*?StatusCode::\w+,\s*"([a-z_]+)"/gs)].map(([, name, code]) => [name, code]),
  );
  // These are answers to the sender; the owner is told the refusal itself.
  const told = new Set(["key_lacks_write", "key_refused"]);
  return [...new Set([...made.matchAll(/(?:Problem|Self)::([a-z]\w+)/g)].map(([, name]) => name))]
    .filter((name) => !told.has(name) && name !== "into_response")
    .map((name) => codes.get(name) ?? `no code found for ${name}`);
}

const judged = problems("authorize", "credentials", "key_extractor", "decide");
const unanswered = problems("exchange", "failed");

describe("every code that Rust can decide with has words", () => {
  test("the_sources_are_read", () => {
    expect(refusals(), "an empty list would make the next tests say nothing").toContain("insufficient_scope");
    expect(judged).toContain("credentials_missing");
    expect(unanswered).toContain("upstream_slow");
  });
  test.each(unanswered)("%s, after it was accepted", (code) => {
    expect(isKnown(code), `${code} needs words in state/verdicts.js`).toBe(true);
    expect(verdict({ accepted: true, code })).not.toMatch(/_|undefined/);
  });
  test.each([...refusals(), ...judged, "preflight"])("%s", (code) => {
    expect(isKnown(code), `${code} needs words in state/verdicts.js`).toBe(true);
    expect(verdict({ accepted: false, code })).not.toMatch(/_|undefined/);
  });
});

test.each([
  ["insufficient_scope", "refused: lacks write"],
  ["revoked", "refused: revoked"],
  ["credentials_missing", "refused: no key"],
  ["unknown", "refused: unknown key"],
  ["wrong_environment", "refused: key of another environment"],
  ["preflight", "refused: preflight; switch on Pass CORS preflights"],
  ["of_next_year", "refused: of next year"],
  ["toString", "refused: toString"],
])("%s is said as it is known", (code, words) => {
  expect(verdict({ accepted: false, code })).toBe(words);
});

test("what_the_api_did_not_answer_was_accepted_all_the_same", () => {
  expect(verdict({ accepted: true, code: "upstream_unreachable" })).toBe("accepted; API not reached");
  expect(isUnanswered({ accepted: true, code: "upstream_slow" })).toBe(true);
  expect(isUnanswered({ accepted: true, code: "accepted" })).toBe(false);
  expect(isUnanswered({ accepted: false, code: "revoked" })).toBe(false);
});

test("an_accepted_request_is_accepted_and_nothing_else", () => {
  expect(verdict({ accepted: true, code: "accepted" })).toBe("accepted");
});

test("a_row_without_a_key_says_why", () => {
  const of = (/** @type {string} */ code, /** @type {"open" | "read"} */ need) => bearer({ keyName: null, need, code });
  expect(of("credentials_missing", "read")).toBe("no key");
  expect(of("accepted", "open")).toBe("not needed");
  expect(of("unknown", "read")).toBe("–");
  expect(bearer({ keyName: "ci-writer", need: "read", code: "accepted" })).toBe("ci-writer");
});
