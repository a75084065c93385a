import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import "../../dialog-host";
import { CommandError } from "../../host/command-error";
import type { Host } from "../../host/host";
import type { Environment } from "../../host/types/Environment";
import { formatMinute } from "../../lib/format/date";
import type { Dialog } from "../../stores/dialogs";
import { environmentFixture, fakeStores, keyFixture, promptFixture, readCommands } from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { boxes, find, mount } from "../../testing/mount";
import "./edit-key-dialog";
import "./extend-key-dialog";
import "./new-key-dialog";

const KEY = keyFixture("k", { name: "ci-writer", owner: "Ops", tags: ["ci"], note: "Nightly", expiresAt: 5e12 });

/** What must not move while something is chosen. */
const PARTS = ["dialog", "dialog header", "#key-name", ".permission-options", ".expiry-field", "dialog footer"];

async function openDialog(dialog: Dialog, commands: Partial<Host> = {}) {
  const stores = fakeStores({ ...readCommands({ keys: [KEY] }), ...commands });
  mount(() => html`<h1 tabindex="-1">API Keys</h1><dialog-host></dialog-host>`, stores);
  void stores.dialogs.open(dialog);
  await expect.element(page.getByRole("dialog")).toBeVisible();
  return stores;
}

const openNew = (environment: Environment = environmentFixture(), commands: Partial<Host> = {}) =>
  openDialog({ kind: "new-key", environment }, commands);

const openEdit = (commands: Partial<Host> = {}) =>
  openDialog({ kind: "edit-key", key: KEY, environment: environmentFixture() }, commands);

const name = () => page.getByRole("textbox", { name: "API Key Name" });
const choice = (label: string) => page.getByRole("radio", { name: label });

test("name and Enter create a key with the default expiry", async () => {
  const issueKey = vi.fn<Host["issueKey"]>(async () => promptFixture());
  const environment = environmentFixture("e", { defaultDays: 90 });
  const stores = await openNew(environment, { issueKey, copyKey: async () => promptFixture() });
  await expect.element(name()).toHaveFocus();
  await expect.element(choice("90 days")).toBeChecked();
  await expect.element(page.getByText(/^Expires on .* \(default\)$/)).toBeVisible();
  await userEvent.keyboard("ci-writer{Enter}");
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
  expect(issueKey.mock.calls[0]?.[0].key).toEqual({
    name: "ci-writer",
    write: false,
    expiry: { kind: "default" },
    owner: "",
    note: "",
    tags: [],
  });
  expect(stores.prompt.isOpen).toBe(true);
});

test("choosing another expiry moves nothing", async () => {
  await openNew();
  const before = boxes(...PARTS);
  for (const label of ["30 days", "Date", "Never"]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await choice(label).click();
    expect(boxes(...PARTS)).toEqual(before);
  }
});

test("chosen date is the end of that day, and an empty one gets the focus and its error", async () => {
  const issueKey = vi.fn<Host["issueKey"]>(async () => promptFixture());
  await openNew(environmentFixture(), { issueKey });
  await name().fill("ci-writer");
  await choice("Date").click();
  await page.getByRole("button", { name: "Create" }).click();
  await expect.element(page.getByLabelText("Expiry date")).toHaveFocus();
  await expect.element(page.getByLabelText("Expiry date")).toHaveAttribute("aria-invalid", "true");
  expect(issueKey).not.toHaveBeenCalled();
  await page.getByLabelText("Expiry date").fill("2099-03-01");
  const at = new Date(2099, 2, 1, 23, 59).getTime();
  await expect.element(page.getByText(`Expires on ${formatMinute(at)}`)).toBeVisible();
  await page.getByRole("button", { name: "Create" }).click();
  expect(issueKey.mock.calls[0]?.[0].key.expiry).toEqual({ kind: "at", at });
});

test("maximum lifetime removes Never and is explained", async () => {
  await openNew(environmentFixture("e", { maxDays: 30 }));
  await expect.element(choice("30 days")).toBeChecked();
  await expect.element(choice("Never")).not.toBeInTheDocument();
  await expect.element(page.getByText("Keys of this environment expire after at most 30 days.")).toBeVisible();
});

test("opening More moves nothing above it, and its fields are sent", async () => {
  const issueKey = vi.fn<Host["issueKey"]>(async () => promptFixture());
  await openNew(environmentFixture(), { issueKey });
  await name().fill("ci-writer");
  const above = ["dialog header", "#key-name", ".permission-options", ".expiry-field", ".more summary"];
  const before = boxes(...above);
  await page.getByText("More", { exact: true }).click();
  await expect.element(page.getByRole("textbox", { name: "Owner" })).toBeVisible();
  expect(boxes(...above)).toEqual(before);
  await page.getByRole("textbox", { name: "Owner" }).fill("Ops");
  await page.getByRole("textbox", { name: "Tags" }).fill("ci, deploy");
  await page.getByRole("textbox", { name: "Note" }).fill("Nightly");
  await page.getByRole("button", { name: "Create" }).click();
  expect(issueKey.mock.calls[0]?.[0].key).toMatchObject({ owner: "Ops", tags: ["ci", "deploy"], note: "Nightly" });
});

test("error of a field in More opens it", async () => {
  const error = new CommandError("invalid_tag", "Invalid tag.", "Use up to 30 characters.", "tags");
  await openNew(environmentFixture(), { issueKey: () => Promise.reject(error) });
  await name().fill("ci-writer");
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByRole("textbox", { name: "Tags" })).toBeVisible();
  await expect.element(page.getByRole("textbox", { name: "Tags" })).toHaveFocus();
});

test("edit sends only what was changed", async () => {
  const editKey = vi.fn<Host["editKey"]>(async () => ({ ...KEY, name: "ci-2", permissions: ["read", "write"] }));
  const stores = await openEdit({ editKey });
  await expect.element(name()).toHaveFocus();
  await name().fill("ci-2");
  await page.getByRole("checkbox", { name: "Write" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
  expect(editKey.mock.calls).toEqual([[{ keyId: "k", changes: { name: "ci-2", write: true } }]]);
  expect(stores.toasts.list).toMatchObject([{ text: "Saved ci-2", action: { label: "Undo" } }]);
});

test("rejected edit shows the error at its field", async () => {
  const error = new CommandError("name_taken", "“ci-2” is taken.", "Choose another name.", "name");
  await openEdit({ editKey: () => Promise.reject(error) });
  await name().fill("ci-2");
  await userEvent.keyboard("{Enter}");
  await expect.element(name()).toHaveAccessibleDescription("“ci-2” is taken. Choose another name.");
  await expect.element(name()).toHaveFocus();
});

test("extend sets a new expiry", async () => {
  const editKey = vi.fn<Host["editKey"]>(async () => ({ ...KEY, expiresAt: 6e12 }));
  await openDialog({ kind: "extend-key", key: KEY, environment: environmentFixture() }, { editKey });
  await expect.element(choice("30 days")).toHaveFocus();
  await choice("90 days").click();
  await page.getByRole("button", { name: "Extend" }).click();
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
  expect(editKey.mock.calls).toEqual([[{ keyId: "k", changes: { expiry: { kind: "days", days: 90 } } }]]);
});

test("dialog for a new key is accessible, also with a date and More", async () => {
  await openNew(environmentFixture("e", { defaultDays: 45, maxDays: 365 }));
  await expectAccessible();
  await choice("Date").click();
  find(".more summary").click();
  await expect.element(page.getByRole("textbox", { name: "Owner" })).toBeVisible();
  await expectAccessible();
});

test("dialogs that edit and extend a key are accessible", async () => {
  await openEdit();
  await expectAccessible();
  await openDialog({ kind: "extend-key", key: KEY, environment: environmentFixture() });
  await expect.element(choice("30 days")).toBeVisible();
  await expectAccessible();
});
