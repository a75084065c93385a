import { expect, test } from "vitest";
import { keyLocationLabel } from "./key-location";

test("key location label names the header", () => {
  expect(keyLocationLabel({ kind: "default" })).toBe("X-API-KEY or Authorization: Bearer");
  expect(keyLocationLabel({ kind: "header", name: "x-acme-key" })).toBe("x-acme-key");
});
