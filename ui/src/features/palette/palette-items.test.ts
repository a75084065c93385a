import { beforeEach, expect, test } from "vitest";
import type { Stores } from "../../stores";
import { environmentFixture, fakeStores, keyFixture, keyPageFixture, projectFixture } from "../../stores/test-fixtures";
import { paletteGroups } from "./palette-items";

let stores: Stores;

beforeEach(() => {
  stores = fakeStores({});
  stores.projects.set([projectFixture("p"), projectFixture("q", { name: "Blog" })]);
  stores.environments.set("p", [
    environmentFixture("e"),
    environmentFixture("f", { name: "production", stage: "production" }),
  ]);
  stores.environments.set("q", [environmentFixture("g", { projectId: "q", name: "blog-staging" })]);
  stores.navigation.projectId = "p";
});

const titles = (search: string, group: string) =>
  paletteGroups(stores, search, [])
    .find(({ id }) => id === group)
    ?.items.map(({ title }) => title);

test("without a search, the project's environments and the actions are suggested", () => {
  expect(titles("", "environments")).toEqual(["production", "staging"]);
  expect(titles("", "projects")).toBeUndefined();
  expect(titles("", "actions")).toContain("New environment");
  expect(titles("", "actions"), "there is no environment on the page").not.toContain("Edit staging");
});

test("search finds environments of all projects, projects and actions", () => {
  expect(titles("staging", "environments")).toEqual(["staging", "blog-staging"]);
  expect(titles("blog", "projects")).toEqual(["Blog"]);
  expect(titles("dark", "actions")).toEqual(["Use the dark theme"]);
  expect(paletteGroups(stores, "nothing like it", [])).toEqual([]);
});

test("environment is found by its stage", () => {
  stores.environments.set("p", [environmentFixture("e", { name: "qa", stage: "development" })]);
  expect(titles("develop", "environments")).toEqual(["qa"]);
});

test("commands of the shown environment are offered", () => {
  stores.navigation.route = { page: "environment", projectId: "p", environmentId: "e", tab: "keys" };
  expect(titles("", "actions")).toEqual(expect.arrayContaining(["New API key in staging", "Edit staging"]));
});

test("commands of the selected key are offered", async () => {
  const key = keyFixture("k", { name: "ci-writer", expiresAt: 5 });
  stores = fakeStores({ listKeys: async () => keyPageFixture([key]) });
  stores.projects.set([projectFixture("p")]);
  stores.environments.set("p", [environmentFixture("e")]);
  stores.navigation.route = { page: "environment", projectId: "p", environmentId: "e", tab: "keys" };
  await stores.keys.read("e");
  expect(titles("ci-writer", "actions"), "nothing is selected").toBeUndefined();
  await stores.keys.list("e").setView({ currentId: "k" });
  const expected = ["Edit ci-writer", "Extend ci-writer", "Disable ci-writer for 2 minutes", "Revoke ci-writer"];
  expect(titles("ci-writer", "actions")).toEqual(expect.arrayContaining(expected));
});

test("every entry has its own id", () => {
  const ids = paletteGroups(stores, "", []).flatMap(({ items }) => items.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});
