import { expect, test } from "vitest";
import { isSameKeyLocation, keyLocationLabel } from "../src/state/key-locations.js";

test("key_location_label_names_the_header", () => {
  expect(keyLocationLabel({ kind: "default" })).toBe("X-API-KEY or Authorization: Bearer");
  expect(keyLocationLabel({ kind: "header", name: "x-acme-key" })).toBe("x-acme-key");
});

test("key_locations_differ_by_header_name", () => {
  const acme = /** @type {const} */ ({ kind: "header", name: "x-acme-key" });
  expect(isSameKeyLocation(acme, { ...acme })).toBe(true);
  expect(isSameKeyLocation(acme, { kind: "header", name: "x-other" }), "the header name is part of the location").toBe(false);
  expect(isSameKeyLocation({ kind: "bearer" }, { kind: "xApiKey" })).toBe(false);
});
