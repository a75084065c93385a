import { expect, test } from "vitest";
import { keysPlace, readPlace, writePlace } from "../src/state/place.js";

test.each([
  ["#/projects/p/environments", { at: "environments", projectId: "p" }],
  ["#/projects/p/environments/e", { at: "environment", projectId: "p", environmentId: "e", tab: "overview" }],
  ["#/projects/p/environments/e/keys", { at: "environment", projectId: "p", environmentId: "e", tab: "keys" }],
  ["#/projects/p/environments/e/gateway", { at: "environment", projectId: "p", environmentId: "e", tab: "gateway" }],
  ["#/projects/p/environments/e/playground", { at: "environment", projectId: "p", environmentId: "e", tab: "playground" }],
  ["#/settings", { at: "settings" }],
  ["#/", { at: "start" }],
])("place_round_trips: %s", (fragment, place) => {
  expect(readPlace(fragment)).toEqual(place);
  expect(writePlace(readPlace(fragment))).toBe(fragment);
});

test.each(["", "#", "#/nowhere", "#/projects/p", "#/projects/p/environments/e/usage", "#/settings/x", "#/projects/%zz/environments"])(
  "unknown_place_is_the_start: %s",
  (fragment) => expect(readPlace(fragment)).toEqual({ at: "start" }),
);

test("id_with_a_slash_is_escaped", () => {
  const place = readPlace(keysPlace("a/b", "c#d"));
  expect(place).toEqual({ at: "environment", projectId: "a/b", environmentId: "c#d", tab: "keys" });
});
