import { expect, test } from "vitest";
import type { RequestQuery } from "../host/types/RequestQuery";
import { isFiltered, NO_FILTER, type RequestFilter, requestQuery } from "./request-filter";

test.each<[string, Partial<RequestFilter>, RequestQuery]>([
  ["nothing", {}, {}],
  ["allowed requests", { outcome: "allowed" }, { allowed: true }],
  ["denied requests", { outcome: "denied" }, { allowed: false }],
  ["one key", { key: "key:b" }, { keyId: "b" }],
  ["requests without a key", { key: "none" }, { withoutKey: true }],
])("query selects %s", (_, filter, query) => {
  expect(requestQuery({ ...NO_FILTER, ...filter })).toEqual(query);
});

test("words are looked up in the descriptions of the results", () => {
  const { words } = requestQuery({ ...NO_FILTER, text: " Write  orders " });
  expect(words).toEqual([
    { text: "Write", codes: ["insufficient_scope"] },
    { text: "orders", codes: [] },
  ]);
});

test("description of a failure after the request was allowed counts too", () => {
  const { words } = requestQuery({ ...NO_FILTER, text: "interrupted" });
  expect(words).toEqual([{ text: "interrupted", codes: ["malformed_request"] }]);
});

test("blank text is no filter", () => {
  expect(isFiltered({ ...NO_FILTER, text: "  " })).toBe(false);
  expect(requestQuery({ ...NO_FILTER, text: "  " })).toEqual({});
  expect(isFiltered({ ...NO_FILTER, key: "none" })).toBe(true);
});
