import { beforeEach, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Key } from "../host/types/Key";
import { restoreFocus } from "../lib/focus";
import type { Stores } from "../stores";
import { environmentFixture, FakeAddress, fakeStores, keyFixture, keyPageFixture, projectFixture, settled } from "../stores/test-fixtures";
import { copyKeyFromKeychain, keyButtons, keyContext, keyMenu, revokeKey, showKey } from "./key";
import { disableKey, enableKey } from "./key-state";
import { undoLast } from "./undo";

vi.mock("../lib/focus", () => ({ restoreFocus: vi.fn() }));
vi.stubGlobal("document", {});

const KEY = keyFixture("k", { name: "ci-writer" });
const DISABLED = keyFixture("k", { name: "ci-writer", state: "disabled" });
const ENVIRONMENT = environmentFixture();

/** The key in the list. */
let stored = KEY;

const host = {
  listProjects: vi.fn<Host["listProjects"]>(() => Promise.resolve([projectFixture()])),
  listEnvironments: vi.fn<Host["listEnvironments"]>(() => Promise.resolve([ENVIRONMENT])),
  listKeys: vi.fn<Host["listKeys"]>(() => Promise.resolve(keyPageFixture([stored]))),
  keyPosition: vi.fn<Host["keyPosition"]>(({ keyId }) => Promise.resolve(keyId === "k" ? 0 : null)),
  disableKey: vi.fn<Host["disableKey"]>(() => Promise.resolve((stored = DISABLED))),
  enableKey: vi.fn<Host["enableKey"]>(() => Promise.resolve((stored = KEY))),
  copyFromKeychain: vi.fn<Host["copyFromKeychain"]>(() => Promise.resolve(null)),
};

let address: FakeAddress;
let stores: Stores;

beforeEach(async () => {
  vi.clearAllMocks();
  stored = KEY;
  address = new FakeAddress();
  stores = fakeStores(host, address);
  await stores.projects.read();
  await stores.keys.read("e");
});

const listedStates = () => [stores.keys.list("e").rows.row(0)?.state];

test("key menu lists the commands of each state", () => {
  const labels = (fields: Partial<Key>) =>
    keyMenu(keyContext(stores, keyFixture("k", fields), ENVIRONMENT)).map(({ label }) => label);
  const pauses = ["Disable for 2 minutes", "Disable for 15 minutes"];
  const disabling = ["Disable", ...pauses];
  expect(labels({ state: "active" })).toEqual(["Copy ID", "Edit", "Rotate", ...disabling, "Revoke"]);
  expect(labels({ state: "active", expiresAt: 5 })).toEqual(["Copy ID", "Edit", "Extend", "Rotate", ...disabling, "Revoke"]);
  expect(labels({ state: "disabled" })).toEqual(["Copy ID", "Edit", "Rotate", "Enable", ...pauses, "Revoke"]);
  const saved = ["Copy ID", "Copy from keychain", "Remove from keychain", "Edit", "Rotate", ...disabling, "Revoke"];
  expect(labels({ state: "active", keychain: true })).toEqual(saved);
  expect(labels({ state: "revoked", keychain: true }), "its copy is useless").toEqual(["Copy ID", "Remove from keychain"]);
  expect(labels({ state: "expired" })).toEqual(["Copy ID"]);
});

test("buttons of the details offer the pauses as choices", () => {
  const buttons = keyButtons(keyContext(stores, keyFixture("k", { expiresAt: 5 }), ENVIRONMENT));
  expect(buttons.map(({ label }) => label)).toEqual(["Edit", "Rotate", "Disable", "Disable for…", "Revoke"]);
  expect(buttons[3]?.choices?.map(({ label }) => label)).toEqual(["Disable for 2 minutes", "Disable for 15 minutes"]);
  expect(keyButtons(keyContext(stores, keyFixture("k", { state: "revoked" }), ENVIRONMENT))).toEqual([]);
});

test("undo enables a disabled key", async () => {
  await disableKey(stores, KEY, ["k", "next"]);
  expect(listedStates()).toEqual(["disabled"]);
  expect(restoreFocus).toHaveBeenCalledExactlyOnceWith(document, ["k", "next"]);
  const [toast] = stores.toasts.list;
  expect(toast).toMatchObject({ isError: false, action: { label: "Undo" } });
  await toast?.action?.run();
  expect(listedStates()).toEqual(["active"]);
});

test("undo disables an enabled key", async () => {
  await enableKey(stores, DISABLED);
  await stores.toasts.list[0]?.action?.run();
  expect(listedStates()).toEqual(["disabled"]);
});

test("pause is sent in seconds and shown with its end", async () => {
  const disabledUntil = Date.now() + 120_000;
  host.disableKey.mockResolvedValueOnce({ ...DISABLED, disabledUntil });
  await disableKey(stores, KEY, ["k"], 120);
  expect(host.disableKey).toHaveBeenCalledWith({ keyId: "k", pauseSeconds: 120 });
  expect(stores.toasts.list[0]?.text).toMatch(/^Disabled ci-writer until .*\d\d:\d\d\. Its requests are denied until then\.$/);
});

test("undo of enabling disables a key for the rest of its pause", async () => {
  await enableKey(stores, { ...DISABLED, disabledUntil: Date.now() + 60_000 });
  await stores.toasts.list[0]?.action?.run();
  expect(host.disableKey.mock.lastCall?.[0].pauseSeconds).toBeGreaterThan(55);
  expect(host.disableKey.mock.lastCall?.[0].pauseSeconds).toBeLessThanOrEqual(60);
});

test("failed disable shows its error without Undo", async () => {
  host.disableKey.mockRejectedValueOnce(new CommandError("database_busy", "The database is busy.", "Try again."));
  await disableKey(stores, KEY);
  expect(stores.toasts.list).toMatchObject([{ isError: true, text: "The database is busy.", action: null }]);
  expect(listedStates()).toEqual(["active"]);
});

test("failed Undo shows its error", async () => {
  host.enableKey.mockRejectedValueOnce(new CommandError("not_found", "Key not found."));
  await disableKey(stores, KEY);
  await stores.toasts.list[0]?.action?.run();
  expect(stores.toasts.list.at(-1)).toMatchObject({ isError: true, text: "Key not found." });
});

test("revoke restores the focus once its dialog is closed", async () => {
  const revocation = revokeKey(stores, KEY, ENVIRONMENT, ["k", "next"]);
  const { current } = stores.dialogs;
  expect(current?.dialog).toEqual({ kind: "revoke-key", key: KEY, environment: ENVIRONMENT });
  expect(restoreFocus).not.toHaveBeenCalled();
  stores.dialogs.close(current?.id ?? 0);
  await revocation;
  expect(restoreFocus).toHaveBeenCalledExactlyOnceWith(document, ["k", "next"]);
});

test("copy from the keychain reports success and failure", async () => {
  await copyKeyFromKeychain(stores, KEY);
  expect(stores.toasts.list).toMatchObject([{ isError: false, text: "Copied ci-writer to the clipboard" }]);
  host.copyFromKeychain.mockRejectedValueOnce(new CommandError("locked", "The system keychain is locked."));
  await copyKeyFromKeychain(stores, KEY);
  expect(stores.toasts.list.at(-1)).toMatchObject({ isError: true, text: "The system keychain is locked." });
});

test("shown key is highlighted in its list", async () => {
  const key = { projectId: "p", environmentId: "e", keyId: "k" };
  await showKey(stores, key);
  expect(address.written).toEqual(["push #/projects/p/environments/e/keys"]);
  expect(stores.navigation.highlightedKey).toEqual(key);
});

test("key that is not listed is not highlighted later", async () => {
  await showKey(stores, { projectId: "p", environmentId: "e", keyId: "discarded" });
  expect(stores.navigation.highlightedKey).toBeNull();
});

test("one Undo enables several disabled keys", async () => {
  const other = keyFixture("l", { name: "reader" });
  await disableKey(stores, KEY);
  await disableKey(stores, other);
  expect(stores.toasts.list.map(({ text }) => text)).toEqual(["2 keys disabled"]);
  await stores.toasts.list[0]?.action?.run();
  expect(host.enableKey.mock.calls, "the last one first").toEqual([[{ keyId: "l" }], [{ keyId: "k" }]]);
});

test("undo shortcut reverts the last change and shows it", async () => {
  await disableKey(stores, KEY);
  expect(stores.toasts.canUndo).toBe(true);
  undoLast(stores);
  expect(stores.toasts.list.map(({ text }) => text)).toEqual(["Undone: Disabled ci-writer"]);
  await settled();
  expect(listedStates()).toEqual(["active"]);
  expect(stores.toasts.canUndo, "nothing is left").toBe(false);
});
