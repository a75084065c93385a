import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import "../../../dialog-host";
import { CommandError } from "../../../host/command-error";
import type { Host } from "../../../host/host";
import type { KeySecret } from "../../../host/types/KeySecret";
import {
  deferred,
  environmentFixture,
  fakeStores,
  keyFixture,
  readCommands,
  secretFixture,
} from "../../../stores/test-fixtures";
import { expectAccessible } from "../../../testing/accessibility";
import { boxes, mount } from "../../../testing/mount";
import "../key-panel";
import "./old-secret-dialog";

const KEY = keyFixture("k", { name: "ci-writer", oldSecretEndsAt: Date.now() + 3_600_000 });
const CURRENT = secretFixture({ isCurrent: true });
const UNUSED = [CURRENT, secretFixture()];
const used = (): KeySecret[] => [
  CURRENT,
  secretFixture({ allowed: 13, denied: 1, lastUsedAt: Date.now() - 185_000, lastClient: "10.0.0.7" }),
];

const noRequests = { requests: [], hasMore: false, total: 0, unlogged: 0 };

async function showPanel(commands: Partial<Host>) {
  const stores = fakeStores({ ...readCommands({ keys: [KEY] }), listRequests: async () => noRequests, ...commands });
  mount(
    () => html`<h1>API Keys</h1>
      <key-panel .environment=${environmentFixture()} .keyId=${"k"} .rows=${["k"]} .now=${Date.now()}></key-panel>
      <dialog-host></dialog-host>`,
    stores,
  );
  await expect.element(page.getByRole("heading", { name: "Old secret" })).toBeVisible();
  return stores;
}

async function openDialog(commands: Partial<Host>) {
  const stores = fakeStores({ ...readCommands({ keys: [KEY] }), ...commands });
  mount(() => html`<h1 tabindex="-1">API Keys</h1><dialog-host></dialog-host>`, stores);
  void stores.dialogs.open({ kind: "end-old-secret", key: KEY });
  await expect.element(page.getByRole("alertdialog", { name: "End the old secret of ci-writer?" })).toBeVisible();
  return stores;
}

const endButton = () => page.getByRole("button", { name: "End old secret" });

test("details show until when the old secret works and how it was used", async () => {
  await showPanel({ keySecrets: async () => used() });
  await expect.element(page.getByText(/^Old secret until/)).toBeVisible();
  await expect.element(page.getByText(/^Works until .*\d\d:\d\d\.$/)).toBeVisible();
  const sentence = page.getByText(/Last used 3 min ago from\s*10\.0\.0\.7\s*, 14 times since the rotation\./);
  await expect.element(sentence).toBeVisible();
  await expectAccessible();
});

test("use that arrives later moves nothing", async () => {
  const reading = deferred<KeySecret[]>();
  await showPanel({ keySecrets: () => reading.promise });
  const parts = [".old-secret h3", ".old-secret .button", ".key-requests"];
  await expect.element(page.getByText("No recent requests with this key")).toBeVisible();
  const before = boxes(...parts);
  reading.resolve(used());
  await expect.element(page.getByText("10.0.0.7")).toBeVisible();
  expect(boxes(...parts)).toEqual(before);
});

test("use is read again when the key was used", async () => {
  const keySecrets = vi.fn<Host["keySecrets"]>().mockResolvedValueOnce(UNUSED).mockResolvedValue(used());
  let key = KEY;
  const stores = await showPanel({ keySecrets, findKeys: async () => [key] });
  await expect.element(page.getByText("Not used since the rotation.")).toBeVisible();
  key = { ...KEY, lastUsedAt: Date.now(), allowed: 1 };
  await stores.keys.refreshSingles();
  await expect.element(page.getByText("10.0.0.7")).toBeVisible();
  expect(keySecrets).toHaveBeenCalledTimes(2);
});

test("confirmed end removes the section and is reported", async () => {
  const ended = { ...KEY, oldSecretEndsAt: null };
  const endOldSecret = vi.fn<Host["endOldSecret"]>(async () => ended);
  const stores = await showPanel({ keySecrets: async () => UNUSED, endOldSecret });
  await endButton().click();
  await expect.element(page.getByText("Not used since the rotation. Ending it is safe.")).toBeVisible();
  await page.getByRole("alertdialog").getByRole("button", { name: "End old secret" }).click();
  await expect.element(page.getByRole("alertdialog")).not.toBeInTheDocument();
  await expect.element(page.getByRole("heading", { name: "Old secret" })).not.toBeInTheDocument();
  expect(endOldSecret.mock.calls).toEqual([[{ keyId: "k" }]]);
  expect(stores.toasts.list).toMatchObject([{ text: "Ended the old secret of ci-writer" }]);
});

test("confirmation warns of recent use, without moving anything", async () => {
  const reading = deferred<KeySecret[]>();
  await openDialog({ keySecrets: () => reading.promise });
  const before = boxes("dialog", ".destructive");
  reading.resolve(used());
  await expect.element(page.getByText(/requests with it will be denied\./)).toBeVisible();
  expect(boxes("dialog", ".destructive")).toEqual(before);
  await expectAccessible();
});

test("old secret that has ended meanwhile shows the error", async () => {
  const error = new CommandError("no_old_secret", "This key has no old secret that works.", "It has ended already.");
  await openDialog({ keySecrets: async () => UNUSED, endOldSecret: () => Promise.reject(error) });
  await endButton().click();
  await expect.element(page.getByText("This key has no old secret that works.")).toBeVisible();
  await expectAccessible();
});
