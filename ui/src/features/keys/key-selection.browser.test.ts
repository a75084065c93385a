import { html } from "lit";
import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { connectShortcuts } from "../shell/shortcuts";
import type { Host } from "../../host/host";
import type { Environment } from "../../host/types/Environment";
import type { Key } from "../../host/types/Key";
import { keysHref } from "../../routes";
import { environmentFixture, fakeStores, keyFixture, keyPageFixture, projectFixture, readCommands } from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { boxes, find, layoutSettled, mount } from "../../testing/mount";
import "../environments/environment-screen";
import "./bulk/selection-bar";
import "./key-panel";

/** What must not move when keys are selected. */
const PARTS = [".key-scroll", "thead .col-name", "thead .col-end", ".key-row"];

const keysNamed = (...names: string[]) => names.map((name) => keyFixture(`id-${name}`, { name }));
const numbered = (count: number) => keysNamed(...Array.from({ length: count }, (_, index) => `key-${index}-`));

/** Shows the page of an environment, whose layout gives the list its height. */
async function mountKeys(keys: Key[] = keysNamed("first", "second", "third", "fourth"), environment = environmentFixture()) {
  const listKeys: Host["listKeys"] = async ({ query: { offset, limit, search } }) => {
    const found = keys.filter(({ name }) => name.includes(search));
    return keyPageFixture(found.slice(offset, offset + (limit ?? Infinity)), found.length);
  };
  const stores = fakeStores({ ...readCommands({ keys, environments: [environment] }), listKeys });
  await stores.keys.read("e");
  await stores.navigation.replace(keysHref("p", "e"));
  const shown = { environment };
  const update = mount(
    () => html`<environment-screen
      .project=${projectFixture()}
      .environment=${shown.environment}
      .tab=${"keys"}
    ></environment-screen>`,
    stores,
  );
  await expect.element(row(keys[0]?.name ?? "")).toBeVisible();
  await layoutSettled();
  const show = (other: Environment) => {
    shown.environment = other;
    update();
  };
  return { stores, selected: stores.keys.list("e").selected, show };
}

const row = (name: string) => page.getByRole("row", { name });
const nameOf = (name: string) => row(name).getByText(name, { exact: true });
const checkbox = (name: string) => page.getByRole("checkbox", { name: `Select ${name}` });
const selectAll = () => page.getByRole("checkbox", { name: "Select all keys" });
const bar = () => page.getByRole("group", { name: "Selected keys" });
const button = (name: string) => page.getByRole("button", { name, exact: true });
const panel = () => page.getByRole("region", { name: "Key details" });

const selectedNames = () =>
  [...document.querySelectorAll("tr[aria-selected=true] .key-name")].map((name) => name.textContent);

test("checkbox is shown on hover and focus, and on all rows while a key is selected", async () => {
  await mountKeys();
  const opacity = (name: string) => getComputedStyle(checkbox(name).element()).opacity;
  await userEvent.hover(page.getByRole("heading", { name: "staging" }));
  expect([opacity("first"), opacity("second")]).toEqual(["0", "0"]);
  await userEvent.hover(row("second"));
  expect([opacity("first"), opacity("second")]).toEqual(["0", "1"]);
  row("first").element().focus();
  expect(opacity("first")).toBe("1");
  await checkbox("first").click();
  await expect.poll(() => opacity("fourth")).toBe("1");
});

test("checkbox toggles its row and opens no details", async () => {
  await mountKeys();
  await checkbox("second").click();
  await expect.element(checkbox("second")).toBeChecked();
  await expect.element(row("second")).toHaveAttribute("aria-selected", "true");
  await expect.element(selectAll()).toBePartiallyChecked();
  await checkbox("second").click();
  await expect.element(checkbox("second")).not.toBeChecked();
  await expect.element(bar()).not.toBeInTheDocument();
  await expect.element(panel()).not.toBeInTheDocument();
});

test("plain click opens the details and keeps the selection, Ctrl+click toggles", async () => {
  await mountKeys();
  await nameOf("first").click({ modifiers: ["Control"] });
  await nameOf("third").click({ modifiers: ["Control"] });
  await nameOf("second").click();
  await expect.element(panel()).toBeVisible();
  expect(selectedNames()).toEqual(["first", "third"]);
  await nameOf("first").click({ modifiers: ["Control"] });
  await expect.poll(selectedNames).toEqual(["third"]);
});

test("Shift+click on a selected checkbox leaves it checked", async () => {
  await mountKeys();
  await checkbox("first").click();
  await checkbox("third").click({ modifiers: ["Shift"] });
  await expect.poll(selectedNames).toEqual(["first", "second", "third"]);
  await checkbox("second").click({ modifiers: ["Shift"] });
  await expect.poll(selectedNames).toEqual(["first", "second"]);
  await expect.element(checkbox("second")).toBeChecked();
  await expect.element(checkbox("third")).not.toBeChecked();
});

test("Shift+click begins at the row of the last click, and selects no text", async () => {
  await mountKeys();
  await nameOf("second").click();
  await nameOf("fourth").click({ modifiers: ["Shift"] });
  await expect.poll(selectedNames).toEqual(["second", "third", "fourth"]);
  await expect.element(row("fourth")).toHaveFocus();
  expect(getSelection()?.toString()).toBe("");
});

test("Shift+click selects the range across unloaded pages", async () => {
  const { selected } = await mountKeys(numbered(900));
  await checkbox("key-1-").click();
  find(".key-scroll").scrollTop = 1e6;
  await expect.element(row("key-899-")).toBeVisible();
  await nameOf("key-899-").click({ modifiers: ["Shift"] });
  await expect.element(page.getByText("899 selected").first()).toBeVisible();
  expect([selected.has("id-key-450-"), selected.has("id-key-0-")], "of a page that was scrolled past").toEqual([true, false]);
});

test("keyboard toggles, extends, selects all, and clears", async () => {
  const { stores } = await mountKeys();
  connectShortcuts(stores);
  row("first").element().focus();
  await userEvent.keyboard(" ");
  await expect.poll(selectedNames).toEqual(["first"]);
  await expect.element(panel()).not.toBeInTheDocument();
  await userEvent.keyboard("{Shift>}{ArrowDown}{/Shift}");
  await expect.element(row("second")).toHaveFocus();
  await userEvent.keyboard("{Shift>}{ArrowDown}{/Shift}");
  await expect.element(row("third")).toHaveFocus();
  await userEvent.keyboard("{Shift>}{ArrowUp}{/Shift}");
  await expect.poll(selectedNames).toEqual(["first", "second"]);
  await expect.element(row("second")).toHaveFocus();
  await userEvent.keyboard("{Control>}a{/Control}");
  await expect.poll(selectedNames).toEqual(["first", "second", "third", "fourth"]);
  await expect.element(selectAll()).toBeChecked();
  await userEvent.keyboard("{Escape}");
  await expect.poll(selectedNames).toEqual([]);
  await expect.element(row("second")).toHaveFocus();
});

test("Shift+arrow begins at the focused row", async () => {
  await mountKeys();
  row("first").element().focus();
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(row("second")).toHaveFocus();
  await userEvent.keyboard("{Shift>}{ArrowDown}{/Shift}");
  await expect.poll(selectedNames).toEqual(["second", "third"]);
});

test("plain move and plain click begin the next range, and keep what is selected", async () => {
  await mountKeys(keysNamed("first", "second", "third", "fourth", "fifth"));
  await checkbox("first").click();
  row("first").element().focus();
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(row("second")).toHaveFocus();
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(row("third")).toHaveFocus();
  await userEvent.keyboard("{Shift>}{ArrowDown}{/Shift}");
  await expect.poll(selectedNames).toEqual(["first", "third", "fourth"]);
  await userEvent.keyboard("{Escape}");
  await checkbox("first").click();
  await nameOf("fourth").click();
  await nameOf("fifth").click({ modifiers: ["Shift"] });
  await expect.poll(selectedNames).toEqual(["first", "fourth", "fifth"]);
});

test("Ctrl+A in the search selects its text, not the keys", async () => {
  const { stores } = await mountKeys();
  connectShortcuts(stores);
  await page.getByRole("searchbox").fill("first");
  await userEvent.keyboard("{Control>}a{/Control}");
  await layoutSettled();
  expect(selectedNames()).toEqual([]);
});

test("head selects all that match, and deselects them", async () => {
  const { selected } = await mountKeys(numbered(300));
  await selectAll().click();
  await expect.element(page.getByText("300 selected").first()).toBeVisible();
  await checkbox("key-2-").click();
  await expect.element(selectAll()).toBePartiallyChecked();
  expect(selected.query).toMatchObject({ kind: "matching", except: ["id-key-2-"] });
  await button("Select all 300").click();
  await expect.element(selectAll()).toBeChecked();
  await selectAll().click();
  await expect.element(bar()).not.toBeInTheDocument();
});

test("Esc clears the selection from the head too, but not from a dialog", async () => {
  const { selected } = await mountKeys();
  await selectAll().click();
  const modal = document.createElement("dialog");
  document.body.append(modal);
  modal.showModal();
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => modal.open).toBe(false);
  modal.remove();
  expect(selected.count).toBe(4);
  selectAll().element().focus();
  await userEvent.keyboard("{Escape}");
  await expect.element(bar()).not.toBeInTheDocument();
  expect(selected.count).toBe(0);
});

test("Esc in the details closes them and keeps the selection", async () => {
  const { selected } = await mountKeys();
  await checkbox("first").click();
  row("second").element().focus();
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByRole("heading", { name: "second" })).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.element(panel()).not.toBeInTheDocument();
  expect(selected.count).toBe(1);
});

test("selecting moves no row and no column", async () => {
  await mountKeys();
  const before = boxes(...PARTS);
  await checkbox("first").click();
  await expect.element(bar()).toBeVisible();
  await layoutSettled();
  expect(boxes(...PARTS)).toEqual(before);
});

test("search ends the selection", async () => {
  const { stores, selected } = await mountKeys();
  await checkbox("first").click();
  await stores.keys.list("e").setView({ search: "third" });
  await expect.element(row("third")).toHaveAttribute("aria-selected", "false");
  await expect.element(bar()).not.toBeInTheDocument();
  expect(selected.count).toBe(0);
});

test("selection ends with another environment", async () => {
  const { selected, show } = await mountKeys();
  await checkbox("first").click();
  show(environmentFixture("e", { lastRequestAt: 7 }));
  await layoutSettled();
  expect(selected.count, "the same environment, read again").toBe(1);
  show(environmentFixture("other"));
  await layoutSettled();
  expect(selected.count).toBe(0);
});

test("Clear deselects and returns the focus to the list", async () => {
  await mountKeys();
  await checkbox("second").click();
  await button("Clear").click();
  await expect.element(row("second")).toHaveFocus();
  expect(selectedNames()).toEqual([]);
});

test("context menu of a selected row has the actions for all of them, of another row its own", async () => {
  const { stores } = await mountKeys();
  await checkbox("first").click();
  await checkbox("second").click();
  await row("third").click({ button: "right" });
  await expect.element(page.getByRole("menuitem", { name: "Copy ID" })).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await row("second").click({ button: "right" });
  await expect.element(page.getByRole("menu", { name: "Actions for 2 selected keys" })).toBeVisible();
  await expect.element(page.getByRole("menuitem", { name: "Copy ID" })).not.toBeInTheDocument();
  await page.getByRole("menuitem", { name: "Revoke…" }).click();
  expect(stores.dialogs.current?.dialog).toMatchObject({ kind: "bulk", verb: "revoke" });
});

test("Delete on a selected row revokes all of them", async () => {
  const { stores } = await mountKeys();
  await checkbox("first").click();
  await checkbox("second").click();
  row("first").element().focus();
  await userEvent.keyboard("{Delete}");
  expect(stores.dialogs.current?.dialog).toMatchObject({ kind: "bulk", verb: "revoke" });
});

test.for([
  { width: 1180, inBar: ["Disable…", "Enable", "Extend…", "Tags…", "Owner…", "Revoke…"] },
  { width: 590, inBar: ["Disable…", "Enable", "Revoke…"] },
  { width: 380, inBar: [] },
])("every action is in the bar or in its menu, at a width of $width", async ({ width, inBar }) => {
  await page.viewport(width, 760);
  await mountKeys();
  await selectAll().click();
  const shown = [...document.querySelectorAll<HTMLElement>("selection-bar [data-verb]")]
    .filter((each) => each.checkVisibility())
    .map((each) => each.textContent.trim());
  expect(shown).toEqual(inBar);
  const { right } = find("selection-bar .quiet").getBoundingClientRect();
  expect(right, "Clear is in the window").toBeLessThanOrEqual(width);
  if (inBar.length === 6) return;
  await button("More actions for the selected keys").click();
  const inMenu = page.getByRole("menuitem").elements().map((item) => item.textContent.trim());
  expect([...inBar, ...inMenu].toSorted()).toEqual(["Disable…", "Enable", "Extend…", "Owner…", "Revoke…", "Tags…"]);
});

test("selected keys are accessible, with and without details", async () => {
  await mountKeys();
  await checkbox("second").click();
  await expect.element(bar()).toBeVisible();
  await expectAccessible();
  await nameOf("first").click();
  await expect.element(panel()).toBeVisible();
  await expectAccessible();
});
