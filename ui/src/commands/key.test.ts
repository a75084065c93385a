import { beforeEach, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Key } from "../host/types/Key";
import { restoreFocus } from "../lib/focus";
import type { Stores } from "../stores";
import { environmentFixture, FakeAddress, fakeStores, keyFixture, projectFixture } from "../stores/test-fixtures";
import { copyKeyFromKeychain, disableKey, enableKey, keyCommands, revokeKey, showKey } from "./key";

vi.mock("../lib/focus", () => ({ restoreFocus: vi.fn() }));
vi.stubGlobal("document", {});

const KEY = keyFixture("k", { name: "ci-writer" });
const DISABLED = keyFixture("k", { name: "ci-writer", state: "disabled" });
const ENVIRONMENT = environmentFixture();

const host = {
  listProjects: vi.fn<Host["listProjects"]>(() => Promise.resolve([projectFixture()])),
  listEnvironments: vi.fn<Host["listEnvironments"]>(() => Promise.resolve([ENVIRONMENT])),
  listKeys: vi.fn<Host["listKeys"]>(() => Promise.resolve([KEY])),
  disableKey: vi.fn<Host["disableKey"]>(() => Promise.resolve(DISABLED)),
  enableKey: vi.fn<Host["enableKey"]>(() => Promise.resolve(KEY)),
  copyFromKeychain: vi.fn<Host["copyFromKeychain"]>(() => Promise.resolve(null)),
};

let address: FakeAddress;
let stores: Stores;

beforeEach(async () => {
  vi.clearAllMocks();
  address = new FakeAddress();
  stores = fakeStores(host, address);
  await stores.projects.read();
  await stores.keys.read("e");
});

const listedStates = () => stores.keys.byEnvironment.get("e")?.map(({ state }) => state);

test("key menu lists the commands of each state", () => {
  const labels = (fields: Partial<Key>) =>
    keyCommands(stores, keyFixture("k", fields), ENVIRONMENT).map(({ label }) => label);
  expect(labels({ state: "active" })).toEqual(["Disable", "Revoke"]);
  expect(labels({ state: "disabled" })).toEqual(["Enable", "Revoke"]);
  const saved = ["Copy from keychain", "Remove from keychain", "Disable", "Revoke"];
  expect(labels({ state: "active", keychain: true })).toEqual(saved);
  expect(labels({ state: "revoked", keychain: true }), "its copy is useless").toEqual(["Remove from keychain"]);
  expect(labels({ state: "expired" })).toEqual([]);
});

test("undo enables a disabled key", async () => {
  await disableKey(stores, KEY, ["k", "next"]);
  expect(listedStates()).toEqual(["disabled"]);
  expect(restoreFocus).toHaveBeenCalledExactlyOnceWith(document, ["k", "next"]);
  const [toast] = stores.toasts.list;
  expect(toast).toMatchObject({ isError: false, subject: "k", action: { label: "Undo" } });
  await toast?.action?.run();
  expect(listedStates()).toEqual(["active"]);
});

test("undo disables an enabled key", async () => {
  await enableKey(stores, DISABLED);
  await stores.toasts.list[0]?.action?.run();
  expect(listedStates()).toEqual(["disabled"]);
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
