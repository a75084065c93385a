import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import "../../../dialog-host";
import { CommandError } from "../../../host/command-error";
import type { Host } from "../../../host/host";
import type { Key } from "../../../host/types/Key";
import type { Stage } from "../../../host/types/Stage";
import { environmentFixture, fakeStores, keyFixture, promptFixture, readCommands } from "../../../stores/test-fixtures";
import { expectAccessible } from "../../../testing/accessibility";
import { boxes, mount } from "../../../testing/mount";
import "./rotation-dialog";

const PROMPT = promptFixture({ state: "active", overlapSeconds: 86_400 });

const rotateKey = vi.fn<Host["rotateKey"]>();

interface Opened {
  stage?: Stage;
  fields?: Partial<Key>;
}

async function openDialog({ stage = "staging", fields = {} }: Opened = {}) {
  rotateKey.mockReset().mockResolvedValue(PROMPT);
  const key = keyFixture("k", { name: "ci-writer", ...fields });
  const stores = fakeStores({ ...readCommands({ keys: [key] }), rotateKey });
  mount(() => html`<h1 tabindex="-1">API Keys</h1><dialog-host></dialog-host>`, stores);
  void stores.dialogs.open({ kind: "rotate-key", key, environment: environmentFixture("e", { stage }) });
  await expect.element(page.getByRole("dialog", { name: "Rotate ci-writer?" })).toBeVisible();
  return stores;
}

const choice = (label: string) => page.getByRole("radio", { name: label });
const rotateButton = () => page.getByRole("button", { name: "Rotate key" });
const hours = () => page.getByRole("textbox", { name: "Overlap in hours" });

test("Enter rotates with an overlap of a day and opens the prompt", async () => {
  const stores = await openDialog();
  await expect.element(choice("24 hours")).toHaveFocus();
  await expect.element(choice("24 hours")).toBeChecked();
  await expect.element(page.getByText("The old secret works for 24 hours after you copy the new one.")).toBeVisible();
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
  expect(rotateKey.mock.calls[0]?.[0]).toMatchObject({ keyId: "k", overlapSeconds: 86_400, confirmation: null });
  expect(stores.prompt.prompt?.ticket).toBe(PROMPT.ticket);
});

test("choosing another overlap explains it and moves nothing", async () => {
  await openDialog();
  const parts = ["dialog", "dialog header", ".overlap-field", "dialog footer"];
  const before = boxes(...parts);
  for (const label of ["End now", "1 hour", "7 days", "Custom"]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await choice(label).click();
    expect(boxes(...parts)).toEqual(before);
  }
  await choice("End now").click();
  await expect.element(page.getByText("The old secret ends when you copy the new one.")).toBeVisible();
  await rotateButton().click();
  expect(rotateKey.mock.calls[0]?.[0].overlapSeconds).toBe(0);
});

test("invalid custom overlap gets the focus and its error, a valid one is sent in seconds", async () => {
  await openDialog();
  await choice("Custom").click();
  await rotateButton().click();
  await expect.element(hours()).toHaveFocus();
  await expect.element(hours()).toHaveAccessibleDescription("Enter 1 to 2,160 hours (90 days).");
  await expect.element(hours()).toHaveAttribute("aria-invalid", "true");
  expect(rotateKey).not.toHaveBeenCalled();
  await hours().fill("72");
  await expect.element(page.getByText("The old secret works for 3 days after you copy the new one.")).toBeVisible();
  await userEvent.keyboard("{Enter}");
  expect(rotateKey.mock.calls[0]?.[0].overlapSeconds).toBe(259_200);
});

test("production requires the typed name", async () => {
  await openDialog({ stage: "production" });
  const name = page.getByRole("textbox", { name: "Type ci-writer to confirm" });
  await expect.element(name).toHaveFocus();
  await expect.element(rotateButton()).toBeDisabled();
  await userEvent.keyboard("ci-writer{Enter}");
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
  expect(rotateKey.mock.calls[0]?.[0].confirmation).toBe("ci-writer");
});

test("second attempt after an error has the same idempotency key", async () => {
  await openDialog();
  rotateKey.mockRejectedValueOnce(new CommandError("database_busy", "The database is busy.", "Try again."));
  await rotateButton().click();
  await expect.element(page.getByText("The database is busy.")).toBeVisible();
  await rotateButton().click();
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
  const [first, second] = rotateKey.mock.calls.map(([fields]) => fields.idempotencyKey);
  expect(first).toBe(second);
});

test("dialog is accessible, also in production, with a custom overlap and an earlier old secret", async () => {
  await openDialog();
  await expectAccessible();
  await openDialog({ stage: "production", fields: { oldSecretEndsAt: 5e12 } });
  await expect.element(page.getByText("The key already has an old secret.")).toBeVisible();
  await choice("Custom").click();
  await expectAccessible();
});
