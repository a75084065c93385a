import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import "../../dialog-host";
import { CommandError } from "../../host/command-error";
import type { Host } from "../../host/host";
import type { Environment } from "../../host/types/Environment";
import {
  environmentFixture,
  fakeStores,
  previewFixture,
  projectFixture,
  readCommands,
} from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { boxes, find, mount } from "../../testing/mount";
import "./environment-dialog";

/** What a message in the dialog could move. */
const PARTS = ["dialog", "#environment-name", ".prefix-part", "dialog footer"];

/** Opens the dialog with a button, which gets the focus back. */
async function openDialog(commands: Partial<Host> = {}, environment: Environment | null = null) {
  const stores = fakeStores({ ...readCommands(), ...commands });
  const project = projectFixture();
  const open = () =>
    void stores.dialogs.open(
      environment ? { kind: "edit-environment", project, environment } : { kind: "new-environment", project },
    );
  mount(() => html`<button type="button" @click=${open}>Open</button><dialog-host></dialog-host>`, stores);
  await page.getByRole("button", { name: "Open" }).click();
  await expect.element(name()).toHaveFocus();
  return stores;
}

const name = () => page.getByRole("textbox", { name: "Environment name" });
const prefix = () => page.getByRole("textbox", { name: "Prefix" });
const stage = (label: string) => page.getByRole("radio", { name: label });

test("stage follows the name until it is chosen", async () => {
  await openDialog();
  await userEvent.keyboard("production");
  await expect.element(stage("Production")).toBeChecked();
  await stage("Development").click();
  await name().fill("staging");
  await expect.element(page.getByText("ks_stag_")).toBeVisible();
  await expect.element(stage("Development")).toBeChecked();
});

test("editing the prefix focuses and selects it", async () => {
  await openDialog();
  await userEvent.keyboard("staging");
  await expect.element(page.getByText("ks_stag_")).toBeVisible();
  await page.getByRole("button", { name: "Edit prefix" }).click();
  await expect.element(prefix()).toHaveFocus();
  await userEvent.keyboard("ks_live");
  await expect.element(prefix(), { message: "typing replaces the old prefix" }).toHaveValue("ks_live");
  await expect.element(page.getByText("ks_live_")).toBeVisible();
});

test("invalid field gets the focus and its error", async () => {
  const createEnvironment = () =>
    Promise.reject(new CommandError("invalid_url", "Invalid endpoint URL.", "Enter a URL with a host.", "endpoint"));
  await openDialog({ createEnvironment });
  await userEvent.keyboard("staging{Enter}");
  const endpoint = page.getByRole("textbox", { name: "Endpoint" });
  await expect.element(endpoint).toHaveFocus();
  await expect.element(endpoint).toHaveAccessibleDescription("Invalid endpoint URL. Enter a URL with a host.");
  await expectAccessible();
});

test("Esc closes the dialog, creates nothing, and returns the focus", async () => {
  const createEnvironment = vi.fn<Host["createEnvironment"]>();
  await openDialog({ createEnvironment });
  await userEvent.keyboard("staging{Escape}");
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
  await expect.element(page.getByRole("button", { name: "Open" })).toHaveFocus();
  expect(createEnvironment).not.toHaveBeenCalled();
});

test("environment dialog is accessible", async () => {
  await openDialog();
  await expectAccessible();
  await page.getByRole("button", { name: "Edit prefix" }).click();
  await userEvent.selectOptions(page.getByRole("combobox", { name: "Key location" }), "Custom header");
  await expect.element(page.getByRole("textbox", { name: "Header name" })).toBeVisible();
  await expectAccessible();
});

test("dialog that edits an environment with keys is accessible", async () => {
  await openDialog({}, environmentFixture("e", { prefixFixed: true }));
  await expect.element(page.getByText("The prefix can't change once a key exists.")).toBeVisible();
  await expectAccessible();
});

const WARNING = "This prefix looks like production, but the stage is Development.";

test("prefix that names another stage is warned about without moving the dialog", async () => {
  await openDialog();
  await userEvent.keyboard("production");
  await expect.element(page.getByText("ks_prod_")).toBeVisible();
  await expect.element(page.getByText(WARNING), { message: "prefix and stage agree" }).not.toBeInTheDocument();
  const before = boxes(...PARTS);
  await stage("Development").click();
  await expect.element(page.getByRole("status")).toHaveTextContent(WARNING);
  expect(getComputedStyle(find(".stage-warning")).color, "brass").toBe("rgb(133, 85, 0)");
  expect(boxes(...PARTS), "its line is reserved").toEqual(before);
  await stage("Production").click();
  await expect.element(page.getByText(WARNING)).not.toBeInTheDocument();
});

test("warning follows an edited prefix, and an error takes its place", async () => {
  const previewEnvironment: Host["previewEnvironment"] = async ({ prefix: typed }) =>
    previewFixture({ prefix: typed ?? "ks_dev", prefixProblem: typed?.includes(" ") ? "Invalid prefix." : null });
  await openDialog({ previewEnvironment });
  await page.getByRole("button", { name: "Edit prefix" }).click();
  const before = boxes(...PARTS);
  await prefix().fill("ks_prod");
  await expect.element(page.getByText(WARNING)).toBeVisible();
  expect(boxes(...PARTS)).toEqual(before);
  await prefix().fill("ks prod");
  await expect.element(page.getByText("Invalid prefix.")).toBeVisible();
  await expect.element(page.getByText(WARNING)).not.toBeInTheDocument();
});

test("stage of an environment with a fixed prefix is warned about", async () => {
  await openDialog({}, environmentFixture("e", { prefix: "ks_prod", prefixFixed: true, stage: "development" }));
  await expect.element(page.getByText(WARNING)).toBeVisible();
});

const defaultDays = () => page.getByRole("combobox", { name: "New keys expire" });

test("lifetimes of new keys are edited, and only the changed one is sent", async () => {
  const editEnvironment = vi.fn<Host["editEnvironment"]>(async () => environmentFixture("e", { defaultDays: 45 }));
  await openDialog({ editEnvironment }, environmentFixture("e", { prefixFixed: true, maxDays: 365 }));
  await expect.element(page.getByRole("textbox", { name: "Maximum lifetime in days" })).toHaveValue("365");
  const before = boxes("dialog", "#default-days", "#max-days", "dialog footer");
  await userEvent.selectOptions(defaultDays(), "Other");
  const days = page.getByRole("textbox", { name: "Days until new keys expire" });
  await expect.element(days).toBeVisible();
  const { "#default-days": _, ...unmoved } = before;
  expect(boxes(...Object.keys(unmoved))).toEqual(unmoved);
  await days.fill("45");
  await expectAccessible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
  expect(editEnvironment.mock.calls).toEqual([[{ environmentId: "e", changes: { defaultDays: 45 } }]]);
});

test("invalid lifetime gets the focus and its error", async () => {
  const error = new CommandError("invalid_lifetime", "Invalid lifetime.", "Enter 1 to 3650 days.", "lifetimes");
  await openDialog({ editEnvironment: () => Promise.reject(error) }, environmentFixture("e", { defaultDays: 45 }));
  await page.getByRole("button", { name: "Save" }).click();
  const days = page.getByRole("textbox", { name: "Days until new keys expire" });
  await expect.element(days).toHaveFocus();
  await expect.element(days).toHaveAccessibleDescription("Invalid lifetime. Enter 1 to 3650 days.");
});
