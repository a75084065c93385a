import { html } from "lit";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { fakeStores, readCommands } from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { boxes, mount } from "../../testing/mount";
import "./first-run";

const WARNING = "This prefix looks like production, but the stage is Development.";

const PARTS = [".first-run", ".first-run-sample", ".prefix-part"];

test.for([
  [1180, 760],
  [590, 380],
] as const)("warning about the stage moves nothing at %i × %i", async ([width, height]) => {
  await page.viewport(width, height);
  mount(() => html`<first-run></first-run>`, fakeStores(readCommands()));
  await page.getByRole("textbox", { name: "Environment name" }).fill("production");
  await expect.element(page.getByText("ks_prod_")).toBeInTheDocument();
  const before = boxes(...PARTS);
  await page.getByRole("radio", { name: "Development" }).click();
  await expect.element(page.getByText(WARNING)).toBeInTheDocument();
  expect(boxes(...PARTS), "its line is reserved").toEqual(before);
});

test("first page is accessible, with and without a warning", async () => {
  mount(() => html`<first-run></first-run>`, fakeStores(readCommands()));
  await expect.element(page.getByRole("textbox", { name: "Project name" })).toHaveFocus();
  await expectAccessible();
  await page.getByRole("textbox", { name: "Environment name" }).fill("production");
  await expect.element(page.getByText("ks_prod_")).toBeInTheDocument();
  await page.getByRole("radio", { name: "Development" }).click();
  await expect.element(page.getByText(WARNING)).toBeInTheDocument();
  await expectAccessible();
});
