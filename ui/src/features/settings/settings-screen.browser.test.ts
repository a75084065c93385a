import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Host } from "../../host/host";
import { fakeStores, readCommands, startFixture } from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { find, mount } from "../../testing/mount";
import "./settings-screen";

async function mountSettings(commands: Partial<Host> = {}) {
  const changeSettings = vi.fn<Host["changeSettings"]>(async ({ changes }) => ({
    ...startFixture().settings,
    ...changes,
  }));
  const stores = fakeStores({ ...readCommands(), start: async () => startFixture(), changeSettings, ...commands });
  await stores.session.begin();
  mount(() => html`<settings-screen></settings-screen>`, stores);
  await expect.element(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  return changeSettings;
}

test("arrow keys change a setting immediately", async () => {
  const changeSettings = await mountSettings();
  const dark = page.getByRole("radio", { name: "Dark" });
  await expect.element(dark).toBeChecked();
  dark.element().focus();
  await userEvent.keyboard("{ArrowLeft}");
  await expect.element(page.getByRole("radio", { name: "Light" })).toBeChecked();
  await expect.element(page.getByRole("radio", { name: "Light" })).toHaveFocus();
  expect(changeSettings.mock.lastCall?.[0].changes, "only what was changed").toEqual({ theme: "light" });
});

test("Space switches a checkbox, which its label names", async () => {
  const changeSettings = await mountSettings();
  find("#single-keys").focus();
  await userEvent.keyboard(" ");
  expect(changeSettings.mock.lastCall?.[0].changes.singleKeys).toBe(false);
  await page.getByText("Single-letter shortcuts").click();
  await expect.element(page.getByRole("checkbox", { name: "Single-letter shortcuts" })).toBeChecked();
});

test("setting that Rust rejects is reverted", async () => {
  await mountSettings({ changeSettings: () => Promise.reject(new Error("disk full")) });
  await page.getByRole("radio", { name: "Light" }).click();
  await expect.element(page.getByRole("radio", { name: "Dark" })).toBeChecked();
});

test("settings can be scrolled and are accessible", async () => {
  await mountSettings();
  await expect.element(page.getByText("GNOME Keyring")).toBeVisible();
  await expectAccessible();
  await page.viewport(590, 380);
  find(".footnote").scrollIntoView();
  expect(find(".footnote").getBoundingClientRect().bottom, "the end is in reach").toBeLessThanOrEqual(innerHeight);
});

test("settings without a keychain are accessible and say what to do", async () => {
  await mountSettings({
    keychainStatus: async () => ({
      state: "unavailable",
      name: "Secret Service",
      message: "No keychain is running.",
      advice: "Install or start one.",
    }),
  });
  await expect.element(page.getByText("No keychain is running. Install or start one.")).toBeVisible();
  await expectAccessible();
});
