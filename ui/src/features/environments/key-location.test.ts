import { expect, test } from "vitest";
import type { KeyLocation } from "../../host/types/KeyLocation";
import { isSameKeyLocation, keyLocationLabel } from "./key-location";

test("key location label names the header", () => {
  expect(keyLocationLabel({ kind: "default" })).toBe("X-API-KEY or Authorization: Bearer");
  expect(keyLocationLabel({ kind: "header", name: "x-acme-key" })).toBe("x-acme-key");
});

test("key locations with different header names differ", () => {
  const acme: KeyLocation = { kind: "header", name: "x-acme-key" };
  expect(isSameKeyLocation(acme, { ...acme })).toBe(true);
  expect(isSameKeyLocation(acme, { kind: "header", name: "x-other" })).toBe(false);
  expect(isSameKeyLocation({ kind: "bearer" }, { kind: "xApiKey" })).toBe(false);
});
