import { expect, test } from "vitest";
import { isSameKeyLocation, keyLocationLabel } from "../src/state/key-locations.js";

test("key_location_label_names_the_header", () => {
  expect(keyLocationLabel({ kind: "default" })).toBe("X-API-KEY or Authorization: Bearer");
  expect(keyLocationLabel({ kind: "header", name: "x-acme-key" })).toBe("x-acme-key");
});

test("key_locations_with_other_header_names_differ", () => {
  const acme = /** @type {const} */ ({ kind: "header", name: "x-acme-key" });
  expect(isSameKeyLocation(acme, { ...acme })).toBe(true);
  expect(isSameKeyLocation(acme, { kind: "header", name: "x-other" }), "another header is a change").toBe(false);
  expect(isSameKeyLocation({ kind: "bearer" }, { kind: "xApiKey" })).toBe(false);
});
