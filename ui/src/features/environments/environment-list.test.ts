import { expect, test } from "vitest";
import { environmentFixture } from "../../stores/test-fixtures";
import { matchingEnvironments, productionFirst } from "./environment-list";

const environments = [
  environmentFixture("1", { name: "preview-10", stage: "development", endpoint: "http://localhost:8001" }),
  environmentFixture("2", { name: "preview-9", stage: "development" }),
  environmentFixture("3", { name: "live-us", stage: "production", prefix: "ks_live" }),
  environmentFixture("4", { name: "qa", stage: "staging" }),
];

const ids = (list: { id: string }[]) => list.map(({ id }) => id);

test("production is first, then by name with numbers in order", () => {
  expect(ids(productionFirst(environments))).toEqual(["3", "4", "2", "1"]);
});

test("search finds all words in name, prefix, endpoint and stage", () => {
  expect(ids(matchingEnvironments(environments, ""))).toEqual(["1", "2", "3", "4"]);
  expect(ids(matchingEnvironments(environments, "PREV 8001"))).toEqual(["1"]);
  expect(ids(matchingEnvironments(environments, "ks_live"))).toEqual(["3"]);
  expect(ids(matchingEnvironments(environments, "staging"))).toEqual(expect.arrayContaining(["4"]));
  expect(matchingEnvironments(environments, "preview production")).toEqual([]);
});
