import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import "../../dialog-host";
import type { Host } from "../../host/host";
import type { FoundKey } from "../../host/types/FoundKey";
import { environmentFixture, fakeStores, projectFixture, readCommands } from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { find, mount } from "../../testing/mount";
import "./command-palette";

const ENVIRONMENTS = [environmentFixture("e"), environmentFixture("x", { name: "production", stage: "production" })];

const FOUND: FoundKey = {
  id: "7Qf3aB2kLm9X",
  name: "ci-writer",
  prefix: "ks_stag",
  state: "active",
  permissions: ["read"],
  environmentId: "e",
  environmentName: "staging",
  stage: "staging",
  projectId: "p",
  projectName: "Acme Shop",
};

/** Opens the palette with a button, which gets the focus back. */
async function openPalette(commands: Partial<Host> = {}) {
  const stores = fakeStores({ ...readCommands({ environments: ENVIRONMENTS }), ...commands });
  stores.projects.set([projectFixture()]);
  stores.environments.set("p", ENVIRONMENTS);
  const open = () => void stores.dialogs.open({ kind: "palette" });
  mount(() => html`<button type="button" @click=${open}>Open</button><dialog-host></dialog-host>`, stores);
  await page.getByRole("button", { name: "Open" }).click();
  await expect.element(field()).toHaveFocus();
  return stores;
}

const field = () => page.getByRole("combobox", { name: "Search" });

/** The text of the entry that screen readers read as selected. */
const selected = () => {
  const id = find("[role=combobox]").getAttribute("aria-activedescendant") ?? "";
  return find(`#${CSS.escape(id)} .palette-title`).textContent;
};

test("arrow keys select an entry, which Enter runs", async () => {
  const stores = await openPalette();
  expect(selected(), "production comes first").toBe("production");
  await userEvent.keyboard("{ArrowDown}");
  await expect.poll(selected).toBe("staging");
  await expect.element(field(), { message: "the focus stays in the field" }).toHaveFocus();
  await userEvent.keyboard("{ArrowUp}{ArrowUp}");
  const last = [...document.querySelectorAll(".palette-title")].at(-1)?.textContent;
  await expect.poll(selected, { message: "before the first entry comes the last one" }).toBe(last);
  const { bottom } = find("[aria-selected=true]").getBoundingClientRect();
  expect(bottom, "the selected entry is in sight").toBeLessThanOrEqual(find("#palette-list").getBoundingClientRect().bottom);
  await userEvent.keyboard("staging");
  await expect.poll(selected).toBe("staging");
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
  expect(stores.navigation.route).toMatchObject({ page: "environment", environmentId: "e" });
});

test("Esc first clears the search, then closes and returns the focus", async () => {
  await openPalette();
  await userEvent.keyboard("prod{Escape}");
  await expect.element(field()).toHaveValue("");
  await userEvent.keyboard("{Escape}");
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
  await expect.element(page.getByRole("button", { name: "Open" })).toHaveFocus();
});

test("found keys are listed and counted for screen readers", async () => {
  const searchKeys = vi.fn<Host["searchKeys"]>(async () => [FOUND]);
  await openPalette({ searchKeys });
  await userEvent.keyboard("ci-w");
  await expect.element(page.getByRole("option", { name: "ci-writer" })).toBeVisible();
  await expect.element(page.getByRole("status")).toHaveTextContent("1 result");
  await expectAccessible();
});

test("palette keeps its width whatever is found", async () => {
  await openPalette();
  const { left, right, top } = find(".palette").getBoundingClientRect();
  await userEvent.keyboard("nothing has this name");
  await expect.element(page.getByText("Nothing found.").first()).toBeInTheDocument();
  const box = find(".palette").getBoundingClientRect();
  expect([box.left, box.right, box.top]).toEqual([left, right, top]);
  await expectAccessible();
});

test("palette is accessible", async () => {
  await openPalette();
  await expectAccessible();
});
