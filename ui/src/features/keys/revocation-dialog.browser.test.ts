import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import "../../dialog-host";
import { CommandError } from "../../host/command-error";
import type { Host } from "../../host/host";
import type { Stage } from "../../host/types/Stage";
import { environmentFixture, fakeStores, keyFixture, projectFixture, readCommands } from "../../stores/test-fixtures";
import type { Dialog } from "../../stores/dialogs";
import { expectAccessible } from "../../testing/accessibility";
import { boxes, mount } from "../../testing/mount";
import "../environments/deletion-dialog";
import "./revocation-dialog";

const KEY = keyFixture("7Qf3aB2kLm9X", { name: "ci-writer", lastUsedAt: 5 });

async function openDialog(dialog: Dialog, commands: Partial<Host>) {
  const stores = fakeStores({ ...readCommands({ keys: [KEY] }), listNotices: async () => [], ...commands });
  mount(() => html`<h1 tabindex="-1">API Keys</h1><dialog-host></dialog-host>`, stores);
  void stores.dialogs.open(dialog);
  await expect.element(page.getByRole("alertdialog")).toBeVisible();
  return stores;
}

const revocation = (stage: Stage): Dialog => ({ kind: "revoke-key", key: KEY, environment: environmentFixture("e", { stage }) });

const revokeButton = () => page.getByRole("button", { name: "Revoke key" });
const typedName = (name: string) => page.getByRole("textbox", { name: `Type ${name} to confirm` });

test("key is revoked in production only after its name was typed", async () => {
  const revokeKey = vi.fn<Host["revokeKey"]>(async () => ({ ...KEY, state: "revoked" }));
  await openDialog(revocation("production"), { revokeKey });
  await expect.element(typedName("ci-writer")).toHaveFocus();
  await userEvent.keyboard("ci-write{Enter}");
  await expect.element(revokeButton()).toBeDisabled();
  expect(revokeKey, "the name is incomplete").not.toHaveBeenCalled();
  const before = boxes("dialog", ".destructive");
  await userEvent.keyboard("r");
  await expect.element(revokeButton()).toBeEnabled();
  expect(boxes("dialog", ".destructive"), "nothing moves").toEqual(before);
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByRole("alertdialog")).not.toBeInTheDocument();
  expect(revokeKey.mock.calls).toEqual([[{ keyId: KEY.id, confirmation: "ci-writer", reason: null, note: null }]]);
});

test("field appears when Rust requires the name, gets the focus, and stays", async () => {
  const error = new CommandError("name_required", "Type the name to confirm.", "It is ci-writer.", "confirmation");
  const revokeKey = vi.fn<Host["revokeKey"]>().mockRejectedValueOnce(error).mockResolvedValue(KEY);
  await openDialog(revocation("staging"), { revokeKey });
  await revokeButton().click();
  await expect.element(typedName("ci-writer")).toHaveFocus();
  await expect.element(typedName("ci-writer")).toHaveAccessibleDescription("Type the name to confirm. It is ci-writer.");
  await userEvent.keyboard("ci-writer");
  await expect.element(page.getByText("It is ci-writer."), { message: "the error ends" }).not.toBeInTheDocument();
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByRole("alertdialog")).not.toBeInTheDocument();
  expect(revokeKey.mock.calls.map(([fields]) => fields.confirmation)).toEqual([null, "ci-writer"]);
});

test("project without active keys is deleted without its name, one with active keys is not", async () => {
  const deleteProject = vi.fn<Host["deleteProject"]>(async () => null);
  await openDialog({ kind: "delete-project", project: projectFixture("p", { activeKeys: 0 }) }, { deleteProject });
  await expect.element(page.getByRole("button", { name: "Delete project" })).toBeEnabled();
  await page.getByRole("button", { name: "Delete project" }).click();
  expect(deleteProject.mock.calls).toEqual([[{ projectId: "p", confirmation: null }]]);
  await openDialog({ kind: "delete-project", project: projectFixture("p", { activeKeys: 2 }) }, { deleteProject });
  await expect.element(page.getByRole("button", { name: "Delete project" })).toBeDisabled();
  await expect.element(typedName("Acme Shop")).toHaveFocus();
});

test("last use is shown as soon as the key was read", async () => {
  await openDialog(revocation("staging"), {});
  await expect.element(page.getByText("Last used")).toBeVisible();
});

test("reason enables its note without moving anything, and both are sent", async () => {
  const revokeKey = vi.fn<Host["revokeKey"]>(async () => ({ ...KEY, state: "revoked" }));
  await openDialog(revocation("staging"), { revokeKey });
  const note = page.getByRole("textbox", { name: "Note" });
  await expect.element(note).toBeDisabled();
  await expect.element(page.getByText("Last used")).toBeVisible();
  const before = boxes("dialog", "#revoke-note", "dialog footer");
  await page.getByRole("radio", { name: "Leaked" }).click();
  await expect.element(note).toBeEnabled();
  expect(boxes("dialog", "#revoke-note", "dialog footer")).toEqual(before);
  await note.fill("In a log");
  await revokeButton().click();
  await expect.element(page.getByRole("alertdialog")).not.toBeInTheDocument();
  expect(revokeKey.mock.calls).toEqual([[{ keyId: KEY.id, confirmation: null, reason: "leaked", note: "In a log" }]]);
});

test("recent use is shown with its client and the number of requests", async () => {
  const key = { ...KEY, lastUsedAt: Date.now() - 60_000, lastClient: "10.0.0.7", allowed: 312, denied: 4 };
  await openDialog(revocation("staging"), { findKeys: async () => [key] });
  await expect.element(page.getByText("10.0.0.7")).toBeVisible();
  await expect.element(page.getByText(/312 allowed · 4 denied/)).toBeVisible();
  await expectAccessible();
});

test("confirmations are accessible", async () => {
  await openDialog(revocation("production"), {});
  await expectAccessible();
  await openDialog({ kind: "delete-environment", environment: environmentFixture("e", { activeKeys: 2 }) }, {});
  await expect.element(typedName("staging")).toHaveFocus();
  await expectAccessible();
});
