import { expect, test } from "vitest";
import type { Decision } from "../../host/types/Decision";
import type { PlaygroundResponse } from "../../host/types/PlaygroundResponse";
import { bodyText, decisionReason } from "./response-text";

const response = (fields: Partial<PlaygroundResponse>): PlaygroundResponse => ({
  status: 200,
  reason: "OK",
  headers: [],
  body: "",
  truncated: false,
  bytes: 0,
  milliseconds: 3,
  decision: null,
  ...fields,
});

const contentType = (value: string) => [{ name: "Content-Type", value }];

test("JSON body is formatted", () => {
  const headers = contentType("application/problem+json");
  expect(bodyText(response({ headers, body: "[1]", bytes: 3 }), "en")).toMatchObject({ text: "[\n  1\n]", isJson: true });
});

test("text body is shown as it is", () => {
  const headers = contentType("text/plain");
  expect(bodyText(response({ headers, body: "1", bytes: 1 }), "en")).toEqual({ text: "1", note: "Text, 1 byte", isJson: false });
});

test("truncated JSON is shown as text", () => {
  const text = bodyText(response({ body: '{"a":', bytes: 9000, truncated: true }), "en");
  expect(text).toEqual({ text: '{"a":', note: "Text, 9 kB, truncated", isJson: false });
});

test("binary body is named with its size", () => {
  expect(bodyText(response({ body: null, bytes: 5120 }), "en")).toEqual({ text: null, note: "Binary, 5.1 kB", isJson: false });
});

test("empty body is named", () => {
  expect(bodyText(response({ body: "" }), "en")).toEqual({ text: null, note: "No body", isJson: false });
});

test.each<[Pick<Decision, "allowed" | "code" | "access" | "keyName">, string]>([
  [{ allowed: true, code: "allowed", access: "read", keyName: "reader" }, "Allowed: reader has Read"],
  [{ allowed: true, code: "allowed", access: "open", keyName: null }, "Allowed: public route"],
  [{ allowed: false, code: "insufficient_scope", access: "write", keyName: "reader" }, "Denied: reader needs Write"],
  [{ allowed: false, code: "revoked", access: "read", keyName: "reader" }, "Denied: key revoked"],
  [{ allowed: true, code: "upstream_timeout", access: "read", keyName: "reader" }, "Allowed, API timed out"],
])("decision reason names the key: %o", (decision, text) => expect(decisionReason(decision, 200)).toBe(text));

test("error of the API does not read like a success", () => {
  const decision = { allowed: true, code: "allowed", access: "read", keyName: "reader" } as const;
  expect(decisionReason(decision, 500)).toBe("Allowed: reader has Read. The API responded with an error.");
});
