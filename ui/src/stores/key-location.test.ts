import { expect, test } from "vitest";
import type { KeyLocation } from "../host/types/KeyLocation";
import { isSameKeyLocation } from "./key-location";

test("key locations with different header names differ", () => {
  const acme: KeyLocation = { kind: "header", name: "x-acme-key" };
  expect(isSameKeyLocation(acme, { ...acme })).toBe(true);
  expect(isSameKeyLocation(acme, { kind: "header", name: "x-other" })).toBe(false);
  expect(isSameKeyLocation({ kind: "bearer" }, { kind: "xApiKey" })).toBe(false);
});
