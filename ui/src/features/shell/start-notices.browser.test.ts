import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import type { Host } from "../../host/host";
import { fakeStores, keyFixture, noticeFixture, promptFixture, readCommands } from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { mount } from "../../testing/mount";
import "./start-notices";

const SENTENCE = /The rotation of\s*ci-writer\s*\(Acme Shop\/staging\) was not copied, so nothing changed\./;

async function showNotice() {
  const acknowledgeNotice = vi.fn<Host["acknowledgeNotice"]>(async () => null);
  const key = keyFixture("k", { name: "ci-writer" });
  const stores = fakeStores({ ...readCommands({ keys: [key] }), acknowledgeNotice });
  stores.notices.set([noticeFixture("k", { kind: "rotation_unclaimed" })]);
  mount(() => html`<h1 tabindex="-1">API Keys</h1><start-notices></start-notices>`, stores);
  await expect.element(page.getByText(SENTENCE)).toBeVisible();
  return { stores, acknowledgeNotice };
}

test("notice about a rotation that was not copied can be dismissed", async () => {
  const { acknowledgeNotice } = await showNotice();
  await expectAccessible();
  await page.getByRole("button", { name: "Dismiss the notice about ci-writer" }).click();
  await expect.element(page.getByText(SENTENCE)).not.toBeInTheDocument();
  expect(acknowledgeNotice.mock.calls).toEqual([[{ keyId: "k" }]]);
});

test("Rotate opens the dialog again, and a canceled one keeps the notice", async () => {
  const { stores, acknowledgeNotice } = await showNotice();
  await page.getByRole("button", { name: "Rotate" }).click();
  await expect.poll(() => stores.dialogs.current?.dialog.kind).toBe("rotate-key");
  stores.dialogs.close(stores.dialogs.current?.id ?? 0);
  await expect.element(page.getByText(SENTENCE)).toBeVisible();
  expect(acknowledgeNotice).not.toHaveBeenCalled();
});

test("notice ends when its key is rotated again", async () => {
  const { stores, acknowledgeNotice } = await showNotice();
  await page.getByRole("button", { name: "Rotate" }).click();
  await expect.poll(() => stores.dialogs.current?.dialog.kind).toBe("rotate-key");
  stores.dialogs.close(stores.dialogs.current?.id ?? 0);
  stores.prompt.open(promptFixture({ keyId: "k", state: "active", overlapSeconds: 0 }));
  await expect.element(page.getByText(SENTENCE)).not.toBeInTheDocument();
  expect(acknowledgeNotice.mock.calls).toEqual([[{ keyId: "k" }]]);
});
