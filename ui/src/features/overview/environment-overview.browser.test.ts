import { html } from "lit";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import {
  environmentFixture,
  fakeStores,
  keyFixture,
  keyPageFixture,
  projectFixture,
  readCommands,
} from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { mount } from "../../testing/mount";
import "./environment-overview";

const DAY = 24 * 3_600_000;

async function showOverview() {
  const expiring = keyFixture("k", { name: "ci-writer", expiresAt: Date.now() + 6 * DAY + 60_000 });
  const expired = keyFixture("l", { name: "expired meanwhile", expiresAt: Date.now() - 1 });
  const stores = fakeStores({
    ...readCommands(),
    listKeys: async () => keyPageFixture([expired, expiring], 7),
    environmentActivity: async () => ({ hours: [], idleKeys: [], idleKeyCount: 0 }),
  });
  const environment = environmentFixture("e", { defaultDays: 90, maxDays: 365 });
  stores.projects.set([projectFixture()]);
  await Promise.all([stores.activity.read("e"), stores.expiringKeys.read("e")]);
  mount(() => html`<h1>staging</h1><environment-overview .environment=${environment}></environment-overview>`, stores);
  return stores;
}

test("keys that expire next are listed with the time and how many more there are", async () => {
  await showOverview();
  await expect.element(page.getByText("7 keys expire within 30 days.")).toBeVisible();
  await expect.element(page.getByRole("button", { name: "ci-writer" })).toBeVisible();
  await expect.element(page.getByText("expires in 6 days")).toBeVisible();
  await expect.element(page.getByText("expired meanwhile")).not.toBeInTheDocument();
  await expectAccessible();
});

test("lifetime of new keys is a detail, and its button opens the environment's dialog", async () => {
  const stores = await showOverview();
  await expect.element(page.getByText("After 90 days, at most 365 days")).toBeVisible();
  await page.getByRole("button", { name: "Edit the lifetime of new keys" }).click();
  expect(stores.dialogs.current?.dialog.kind).toBe("edit-environment");
});
