import { beforeEach, describe, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import { keysHref, overviewHref } from "../routes";
import { paletteGroups } from "../features/palette/palette-items";
import type { Stores } from "../stores";
import { environmentFixture, fakeStores, keyFixture, readCommands } from "../stores/test-fixtures";
import { reportBulkChange } from "./bulk";

const KEYS = ["a", "b", "c"].map((id) => keyFixture(id));

let stores: Stores;

beforeEach(async () => {
  stores = fakeStores(readCommands({ keys: KEYS }));
  await stores.projects.read();
  stores.environments.set("p", [environmentFixture()]);
  await stores.navigation.replace(keysHref("p", "e"));
});

/** Returns the titles of the palette's entries about selected keys. */
const entries = (): string[] =>
  paletteGroups(stores, "", [])
    .flatMap(({ items }) => items)
    .filter(({ id }) => id.startsWith("keys-"))
    .map(({ title }) => title);

describe("palette", () => {
  test("list without a selection offers to select all", () => {
    expect(entries()).toEqual(["Select all keys in this list"]);
  });

  test("selection offers its actions with the number of keys", () => {
    for (const id of ["a", "b"]) stores.keys.list("e").selected.toggle(id);
    expect(entries()).toEqual([
      "Disable 2 selected keys",
      "Enable 2 selected keys",
      "Extend 2 selected keys",
      "Edit the tags of 2 selected keys",
      "Set the owner of 2 selected keys",
      "Revoke 2 selected keys",
      "Clear the selection",
      "Select all keys in this list",
    ]);
  });

  test("entries select all, open the dialog, and clear", async () => {
    const run = (title: string) =>
      paletteGroups(stores, "", [])
        .flatMap(({ items }) => items)
        .find((item) => item.title === title)
        ?.run();
    run("Select all keys in this list");
    expect(stores.keys.list("e").selected.count).toBe(3);
    void run("Edit the tags of 3 selected keys");
    expect(stores.dialogs.current?.dialog).toMatchObject({ kind: "bulk", verb: "tags", environment: { id: "e" } });
    run("Clear the selection");
    expect(stores.keys.list("e").selected.count).toBe(0);
  });

  test("another page offers nothing about keys", async () => {
    stores.keys.list("e").selected.selectAll();
    await stores.navigation.replace(overviewHref("p", "e"));
    expect(entries()).toEqual([]);
  });
});

test("undo that fails is offered again", async () => {
  const undoBulkChange = vi
    .fn<Host["undoBulkChange"]>()
    .mockRejectedValueOnce(new CommandError("store_busy", "Busy."))
    .mockResolvedValueOnce({ restored: 2, unchanged: 0 });
  stores = fakeStores({ ...readCommands({}), undoBulkChange });
  reportBulkChange(stores, "e", { changed: 2, unchanged: 0, undoId: "7" }, "2 keys disabled");
  await stores.toasts.takeUndo()?.action.run();
  expect(stores.toasts.list.map(({ text }) => text)).toContain("Busy.");
  await stores.toasts.takeUndo()?.action.run();
  expect(undoBulkChange).toHaveBeenCalledTimes(2);
  expect(stores.toasts.takeUndo()).toBeNull();
});
