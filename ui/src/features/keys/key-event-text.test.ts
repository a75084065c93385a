import { expect, test } from "vitest";
import { formatMinute } from "../../lib/format/date";
import { describeActor, describeEvent, describeValue, fieldLabel } from "./key-event-text";

test("event is named by what happened, and an unknown one by its action", () => {
  expect(describeEvent({ action: "key.issued", disabledUntil: null })).toBe("Created");
  expect(describeEvent({ action: "rotation.claimed", disabledUntil: null })).toBe("Rotated: new secret copied");
  expect(describeEvent({ action: "old_secret.ended", disabledUntil: null })).toBe("Old secret ended");
  expect(describeEvent({ action: "key.later", disabledUntil: null })).toBe("key.later");
});

test("pause has its end", () => {
  expect(describeEvent({ action: "key.disabled", disabledUntil: null })).toBe("Disabled");
  expect(describeEvent({ action: "key.disabled", disabledUntil: 5 })).toBe(`Disabled until ${formatMinute(5)}`);
});

test("program is named", () => {
  expect(["desktop", "terminal", "backup"].map(describeActor)).toEqual(["Keystile", "terminal", "backup"]);
});

test("values of fields are readable", () => {
  expect(fieldLabel("expires_at")).toBe("Expires");
  expect(describeValue("expires_at", null)).toBe("Never");
  expect(describeValue("expires_at", 5)).toBe(formatMinute(5));
  expect(describeValue("permissions", "read write")).toBe("Read and write");
  expect(describeValue("tags", ["ci", "deploy"])).toBe("ci, deploy");
  expect(describeValue("owner", "")).toBe("None");
});
