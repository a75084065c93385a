import { beforeEach, expect, test } from "vitest";
import type { Stores } from "../stores";
import { environmentFixture, fakeStores, projectFixture, promptFixture, startFixture } from "../stores/test-fixtures";
import { openPalette, paletteCommand } from "./app";
import { currentContext, isAvailable, menuItems } from "./command";
import { environmentCommands } from "./environment";
import { projectMenu } from "./project";

let stores: Stores;

beforeEach(() => {
  stores = fakeStores({});
  stores.session.start = startFixture();
  stores.projects.set([projectFixture("p"), projectFixture("q", { name: "Blog" })]);
});

const isPaletteAvailable = () => isAvailable(paletteCommand, currentContext(stores));

test("palette opens on every page, but not over a dialog", () => {
  expect(isPaletteAvailable()).toBe(true);
  void openPalette(stores);
  expect(isPaletteAvailable()).toBe(false);
  stores.dialogs.close(stores.dialogs.current?.id ?? 0);
  stores.prompt.open(promptFixture());
  expect(isPaletteAvailable(), "the one-time prompt must be closed first").toBe(false);
});

test("palette does not open before the start", () => {
  stores.session.start = null;
  expect(isPaletteAvailable()).toBe(false);
});

test("menu names its commands without the environment", () => {
  const context = { stores, project: projectFixture("p"), environment: environmentFixture() };
  expect(menuItems(environmentCommands, context)).toMatchObject([
    { label: "Edit" },
    { label: "Copy link" },
    { label: "Delete", danger: true, separated: true },
  ]);
});

test("switcher separates switching, creating and managing", () => {
  const items = projectMenu(stores, projectFixture("p"));
  expect(items.map(({ label }) => label)).toEqual([
    "Acme Shop",
    "Blog",
    "New project",
    "Rename project",
    "Delete project",
  ]);
  const separated = items.filter((item) => item.separated).map(({ label }) => label);
  expect(separated).toEqual(["New project", "Rename project"]);
  expect(projectMenu(stores, null).map(({ label }) => label)).not.toContain("Delete project");
});
