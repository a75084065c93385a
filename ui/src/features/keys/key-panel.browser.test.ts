import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import type { Host } from "../../host/host";
import type { Key } from "../../host/types/Key";
import type { KeyEvent } from "../../host/types/KeyEvent";
import type { LoggedRequest } from "../../host/types/LoggedRequest";
import { environmentFixture, fakeStores, keyFixture, readCommands, requestFixture } from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { mount } from "../../testing/mount";
import "./key-panel";

const DAY = 24 * 3_600_000;

const event = (fields: Partial<KeyEvent>): KeyEvent => ({
  at: 5,
  actor: "desktop",
  action: "key.edited",
  changes: [],
  disabledUntil: null,
  ...fields,
});

interface Shown {
  requests?: LoggedRequest[];
  commands?: Partial<Host>;
}

async function showPanel(fields: Partial<Key>, { requests = [], commands = {} }: Shown = {}) {
  const key = keyFixture("k", { name: "ci-writer", ...fields });
  const stores = fakeStores({
    ...readCommands({ keys: [key] }),
    listRequests: async () => ({ requests, hasMore: false, total: requests.length, unlogged: 0 }),
    ...commands,
  });
  mount(
    () => html`<h1>API Keys</h1>
      <key-panel .environment=${environmentFixture()} .keyId=${"k"} .rows=${["k"]} .now=${Date.now()}></key-panel>`,
    stores,
  );
  await expect.element(page.getByRole("heading", { name: "ci-writer" })).toBeVisible();
  return stores;
}

const button = (name: string) => page.getByRole("button", { name, exact: true });

test("expiry is shown with its remaining time, and Extend opens its dialog", async () => {
  const stores = await showPanel({ expiresAt: Date.now() + 6 * DAY + 1000, owner: "Ops", tags: ["ci"], note: "Nightly" });
  await expect.element(page.getByText("Expires in 6 days")).toBeVisible();
  for (const text of ["Ops", "ci", "Nightly"]) expect(page.getByText(text, { exact: true }).query()).not.toBeNull();
  await button("Extend").click();
  expect(stores.dialogs.current?.dialog.kind).toBe("extend-key");
});

test("key without an expiry says so, and Edit opens its dialog", async () => {
  const stores = await showPanel({});
  await expect.element(page.getByRole("definition").filter({ hasText: "Never" }).first()).toBeVisible();
  await expect.element(button("Extend")).not.toBeInTheDocument();
  await button("Edit").click();
  expect(stores.dialogs.current?.dialog.kind).toBe("edit-key");
});

test("keychain entry from before the last rotation is named as outdated", async () => {
  await showPanel({ keychain: true, keychainOutdated: true });
  await expect.element(page.getByRole("definition").filter({ hasText: "has the old secret" })).toBeVisible();
});

test("pause is chosen from a menu", async () => {
  const disableKey = vi.fn<Host["disableKey"]>(async ({ keyId }) => keyFixture(keyId, { state: "disabled" }));
  await showPanel({}, { commands: { disableKey } });
  await button("Disable for…").click();
  await page.getByRole("menuitem", { name: "Disable for 15 minutes" }).click();
  expect(disableKey.mock.calls).toEqual([[{ keyId: "k", pauseSeconds: 900 }]]);
});

test("paused key shows until when, and whose requests were denied meanwhile", async () => {
  const denied = (id: number, client: string) => requestFixture(id, { client, allowed: false, code: "disabled" });
  const requests = [denied(9, "10.0.0.2"), denied(8, "10.0.0.2"), requestFixture(7, { client: "10.0.0.1" })];
  await showPanel({ state: "disabled", disabledUntil: Date.now() + 60_000 }, { requests });
  await expect.element(page.getByText(/^until .*\d\d:\d\d$/)).toBeVisible();
  await expect.element(page.getByRole("heading", { name: "Denied while disabled" })).toBeVisible();
  await expect.element(page.getByText("10.0.0.2")).toBeVisible();
  await expect.element(page.getByText("2 requests")).toBeVisible();
  await expect.element(page.getByText("10.0.0.1"), { message: "allowed before" }).not.toBeInTheDocument();
  await expectAccessible();
});

test("revoked key shows its reason and note", async () => {
  await showPanel({ state: "revoked", endedAt: 5, revokeReason: "leaked", revokeNote: "In a log" });
  await expect.element(page.getByText("Leaked")).toBeVisible();
  await expect.element(page.getByText("In a log")).toBeVisible();
  await expectAccessible();
});

test("history is read when it is opened, and again when the key changes", async () => {
  const changes = [{ field: "owner", before: "", after: "Ops" }];
  const keyHistory = vi.fn<Host["keyHistory"]>(async () => [event({ changes }), event({ action: "key.issued", actor: "terminal" })]);
  const editKey = vi.fn<Host["editKey"]>(async () => keyFixture("k", { name: "ci-writer", owner: "Ops 2" }));
  const stores = await showPanel({}, { commands: { keyHistory, editKey } });
  expect(keyHistory).not.toHaveBeenCalled();
  await page.getByText("History").click();
  await expect.element(page.getByText("Edited")).toBeVisible();
  await expect.element(page.getByText("None")).toBeVisible();
  await expect.element(page.getByText("terminal")).toBeVisible();
  await expectAccessible();
  expect(keyHistory).toHaveBeenCalledOnce();
  await stores.keys.edit("k", { owner: "Ops 2" });
  await expect.poll(() => keyHistory.mock.calls.length).toBe(2);
});
