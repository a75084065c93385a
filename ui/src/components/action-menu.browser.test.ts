import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectAccessible } from "../testing/accessibility";
import { find, mount } from "../testing/mount";
import "./action-menu";
import type { ActionMenu } from "./action-menu";

const ROW = 40;

/** A button at a corner of the page, and its menu. */
function mountMenu(corner: "start" | "end" = "start") {
  const run = vi.fn();
  const items = [
    { label: "Copy ID", run: () => run("copy") },
    { label: "Disable", run: () => run("disable") },
    { label: "Delete", danger: true, separated: true, run: () => run("delete") },
  ];
  const open = (event: Event) =>
    void (find("action-menu") as ActionMenu).toggle(event.currentTarget as HTMLElement, "Actions for ci", items);
  mount(
    () => html`<button type="button" class="icon-button" aria-haspopup="menu" aria-expanded="false" @click=${open}>
        Actions
      </button>
      <button type="button" id="other">Other</button>
      <action-menu></action-menu>`,
  );
  if (corner === "end") Object.assign(find("[aria-haspopup]").style, { position: "fixed", right: "4px", bottom: "4px" });
  Object.assign(find("#other").style, { position: "fixed", right: "4px", top: "4px" }); // not under the menu
  return run;
}

const button = () => page.getByRole("button", { name: "Actions" });
const item = (name: string) => page.getByRole("menuitem", { name });

async function openMenu() {
  await button().click();
  await expect.element(item("Copy ID")).toHaveFocus();
}

test("arrow keys, Home, End and letters move the focus", async () => {
  mountMenu();
  await openMenu();
  await expect.element(button()).toHaveAttribute("aria-expanded", "true");
  for (const [pressed, focused] of [
    ["{ArrowDown}", "Disable"],
    ["{ArrowUp}{ArrowUp}", "Delete"],
    ["{ArrowDown}", "Copy ID"],
    ["{End}", "Delete"],
    ["{Home}", "Copy ID"],
    ["d", "Disable"],
    ["d", "Delete"],
  ] as const) {
    await userEvent.keyboard(pressed);
    await expect.element(item(focused), { message: `after ${pressed}` }).toHaveFocus();
  }
});

test("Esc closes the menu and returns the focus", async () => {
  const run = mountMenu();
  await openMenu();
  await userEvent.keyboard("{Escape}");
  await expect.element(page.getByRole("menu")).not.toBeInTheDocument();
  await expect.element(button()).toHaveFocus();
  await expect.element(button()).toHaveAttribute("aria-expanded", "false");
  expect(run, "nothing was chosen").not.toHaveBeenCalled();
});

test("Tab closes the menu and goes on from its button", async () => {
  mountMenu();
  await openMenu();
  await userEvent.tab();
  await expect.element(page.getByRole("menu")).not.toBeInTheDocument();
  await expect.element(page.getByRole("button", { name: "Other" })).toHaveFocus();
});

test("Enter runs the focused command once and returns the focus", async () => {
  const run = mountMenu();
  await openMenu();
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(run.mock.calls).toEqual([["disable"]]);
  await expect.element(button()).toHaveFocus();
});

test("press elsewhere closes the menu and keeps the focus there", async () => {
  mountMenu();
  await openMenu();
  await page.getByRole("button", { name: "Other" }).click();
  await expect.element(page.getByRole("menu")).not.toBeInTheDocument();
  await expect.element(page.getByRole("button", { name: "Other" })).toHaveFocus();
});

test("menu opens below its button, or above it where there is no space", async () => {
  mountMenu();
  await openMenu();
  const below = find(".menu").getBoundingClientRect();
  expect(below.top, "below").toBeGreaterThanOrEqual(find("[aria-haspopup]").getBoundingClientRect().bottom);
  mountMenu("end");
  await openMenu();
  const above = find(".menu").getBoundingClientRect();
  expect(above.bottom, "above").toBeLessThanOrEqual(find("[aria-haspopup]").getBoundingClientRect().top);
  expect(above.right, "inside the window").toBeLessThanOrEqual(innerWidth);
  expect(above.height, "all commands are visible").toBeGreaterThan(2 * ROW);
});

test("action menu is accessible", async () => {
  mountMenu();
  await expectAccessible(openMenu);
});
