import { beforeEach, expect, test, vi } from "vitest";
import type { Host } from "../host/host";
import type { Key } from "../host/types/Key";
import { fakeStores, keyFixture, keyPageFixture } from "../stores/test-fixtures";
import { editKey, keyChanges } from "./key-edit";

const KEY = keyFixture("k", { name: "ci", expiresAt: 5, tags: ["a"] });

let stored: Key;

const host = {
  listKeys: vi.fn<Host["listKeys"]>(async () => keyPageFixture([stored])),
  editKey: vi.fn<Host["editKey"]>(async ({ changes: { name, expiry, tags } }) => {
    stored = { ...stored, name: name ?? stored.name, tags: tags ?? stored.tags };
    if (expiry) stored = { ...stored, expiresAt: expiry.kind === "at" ? expiry.at : null };
    return stored;
  }),
};

beforeEach(() => {
  vi.clearAllMocks();
  stored = KEY;
});

test("changes contain only what differs", () => {
  const after = keyFixture("k", { ...KEY, name: "ci-2", permissions: ["read", "write"], expiresAt: null, allowed: 9 });
  expect(keyChanges(KEY, after)).toEqual({ name: "ci-2", write: true, expiry: { kind: "never" } });
  expect(keyChanges(after, KEY)).toEqual({ name: "ci", write: false, expiry: { kind: "at", at: 5 } });
  expect(keyChanges(KEY, { ...KEY, tags: [...KEY.tags] })).toEqual({});
});

test("undo sets only the changed fields back", async () => {
  const stores = fakeStores(host);
  await stores.keys.read("e");
  await editKey(stores, KEY, { name: "ci-2", expiry: { kind: "never" } });
  expect(stores.toasts.list).toMatchObject([{ text: "Saved ci-2", action: { label: "Undo" } }]);
  await stores.toasts.list[0]?.action?.run();
  expect(host.editKey).toHaveBeenLastCalledWith({ keyId: "k", changes: { name: "ci", expiry: { kind: "at", at: 5 } } });
  expect(stored).toEqual(KEY);
});

test("edit without changes sends nothing", async () => {
  const stores = fakeStores(host);
  await editKey(stores, KEY, {});
  expect(host.editKey).not.toHaveBeenCalled();
  expect(stores.toasts.list).toEqual([]);
});
