import { expect, test, vi } from "vitest";
import type { Host } from "../host/host";
import { ExpiringKeys } from "./expiring-keys";
import { countChanges, keyFixture, keyPageFixture } from "./test-fixtures";

test("next expiring keys are read with their number, which alone may change", async () => {
  const keys = [keyFixture("a"), keyFixture("b")];
  const listKeys = vi.fn<Host["listKeys"]>(async () => keyPageFixture(keys, 7));
  const expiring = new ExpiringKeys({ listKeys });
  await expiring.read("e");
  expect(listKeys.mock.calls[0]?.[0].query).toMatchObject({ filter: "expiring", sort: "expiry", descending: false });
  expect(expiring.byEnvironment.get("e")).toEqual(keys);
  expect(expiring.counts.get("e")).toBe(7);
  const changes = countChanges(expiring);
  listKeys.mockResolvedValue(keyPageFixture(keys, 8));
  await expiring.read("e");
  expect(expiring.counts.get("e")).toBe(8);
  expect(changes()).toBe(1);
});
