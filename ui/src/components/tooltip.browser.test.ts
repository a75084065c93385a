import { html } from "lit";
import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectAccessible } from "../testing/accessibility";
import { find, mount } from "../testing/mount";
import "./tooltip";

const LONG_NAME = "a-key-with-a-name-that-is-longer-than-its-column";

const mountTooltip = () =>
  mount(
    () => html`<h1>Above</h1>
      <p>There is space for a tooltip.</p>
      <button type="button" id="described" data-tooltip="Ctrl+Enter sends it">Send</button>
      <p class="truncate" data-tooltip="">short</p>
      <button type="button" id="row"><span class="truncate" data-tooltip="">${LONG_NAME}</span></button>
      <tool-tip></tool-tip>`,
  );

const tooltip = () => page.getByRole("tooltip");

test("tooltip describes the hovered element, and lies above it", async () => {
  mountTooltip();
  const button = page.getByRole("button", { name: "Send" });
  await button.hover();
  await expect.element(tooltip()).toBeVisible();
  await expect.element(tooltip()).toHaveTextContent("Ctrl+Enter sends it");
  await expect.element(button).toHaveAccessibleDescription("Ctrl+Enter sends it");
  const [box, anchor] = [find(".tooltip").getBoundingClientRect(), find("#described").getBoundingClientRect()];
  expect(box.bottom, "it does not cover the element").toBeLessThanOrEqual(anchor.top);
  await userEvent.keyboard("{Escape}");
  await expect.element(tooltip()).not.toBeInTheDocument();
  await expect.element(button, { message: "the description ends with it" }).not.toHaveAttribute("aria-describedby");
});

test("keyboard focus shows the tooltip", async () => {
  mountTooltip();
  await userEvent.tab();
  await expect.element(tooltip()).toBeVisible();
  await userEvent.tab();
  await expect.element(tooltip(), { message: "it ends with the focus" }).not.toBeInTheDocument();
});

test("text is shown only if it is cut off", async () => {
  mountTooltip();
  Object.assign(find("#row").style, { width: "6rem" });
  await page.getByText("short").hover();
  await expect.element(page.getByText(LONG_NAME)).toBeVisible();
  await userEvent.hover(page.getByRole("button", { name: LONG_NAME }));
  await expect.element(tooltip()).toHaveTextContent(LONG_NAME);
});

test("tooltip is accessible", async () => {
  mountTooltip();
  await expectAccessible(async () => {
    await page.getByText("Above").hover();
    await page.getByRole("button", { name: "Send" }).hover();
    await expect.element(tooltip()).toBeVisible();
  });
});
