import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { CommandError } from "../../../host/command-error";
import type { Host } from "../../../host/host";
import type { KeyCheck } from "../../../host/types/KeyCheck";
import { deferred, fakeStores, promptFixture, readCommands } from "../../../stores/test-fixtures";
import { expectAccessible } from "../../../testing/accessibility";
import { boxes, find, mount } from "../../../testing/mount";
import "./one-time-prompt";

const ID = "7Qf3aB2kLm9X";
const KEY = `ks_stag_${ID}_2vGNtYB6RtLdC9qJmzXW4PfUeKsH8aQ1o7iVbMnTy05dRuE`;
const PENDING = promptFixture({ key: KEY, keyId: ID });
const COPIED = promptFixture({ key: null, keyId: ID, state: "active", copied: true, activated: true });

const CHECK: KeyCheck = {
  read: { allowed: true, code: "allowed" },
  write: { allowed: true, code: "allowed" },
  asExpected: true,
  milliseconds: 12,
};

/** The buttons, and what they would move with. */
const PARTS = [".prompt", ".alert", ".keybox", "[data-step=copy]", "[data-step=discard]", "[data-step=close]"];

/** Right after the prompt appeared, activations are ignored. */
const GUARD_MS = 350;

/** Shows the prompt, and waits until it accepts activations. */
async function openPrompt(commands: Partial<Host> = {}) {
  const copyKey = vi.fn<Host["copyKey"]>(async () => COPIED);
  const stores = fakeStores({ ...readCommands(), copyKey, checkKey: async () => CHECK, ...commands });
  stores.prompt.open(PENDING);
  mount(() => html`<one-time-prompt></one-time-prompt>`, stores);
  await expect.element(copy()).toHaveFocus();
  await expect.element(page.getByRole("button", { name: "curl" })).toBeVisible();
  await new Promise((resolve) => setTimeout(resolve, GUARD_MS));
  return { stores, copyKey };
}

const copy = () => page.getByRole("button", { name: /^Cop(y|ied|y again)$/ });
const close = () => page.getByRole("button", { name: "Close" });
const message = () => find(".prompt-message").textContent;

test("alert says exactly that the key is shown once", async () => {
  await openPrompt();
  const alert = find("#prompt-alert p");
  expect(alert.textContent).toBe(
    "Store this private key securely - For security reasons, you won't be able to view it again in Keystile. If you lose this secret key, you'll need to generate a new one.",
  );
  expect(alert.querySelector("b")?.textContent).toBe("Store this private key securely");
  await expect
    .element(page.getByRole("alertdialog", { name: "Your new API key" }))
    .toHaveAccessibleDescription(/^Store this private key securely - .* a new one\. Copy the key before closing$/);
});

test("Close is disabled until the key is copied, whatever is pressed", async () => {
  const copying = deferred<typeof COPIED>();
  await openPrompt({ copyKey: () => copying.promise });
  await expect.element(close()).toBeDisabled();
  await userEvent.keyboard("{Escape}{Escape}");
  await expect.element(page.getByRole("alertdialog"), { message: "Esc keeps the key" }).toBeVisible();
  expect(message(), "Esc says why").toContain("Copy the key before closing.");
  await userEvent.click(document.body, { position: { x: 3, y: 3 } }); // outside of the dialog
  await expect.element(copy(), { message: "a click outside leads to Copy" }).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await expect.element(close(), { message: "Rust has not responded yet" }).toBeDisabled();
  copying.resolve(COPIED);
  await expect.element(close()).toBeEnabled();
  await expect.element(copy(), { message: "the focus stays where it was" }).toHaveFocus();
});

test("key that was pressed before the prompt appeared copies nothing", async () => {
  const copyKey = vi.fn<Host["copyKey"]>(async () => COPIED);
  const stores = fakeStores({ ...readCommands(), copyKey });
  stores.prompt.open(PENDING);
  mount(() => html`<one-time-prompt></one-time-prompt>`, stores);
  await Promise.resolve(); // it renders in a microtask
  find("[data-step=copy]").click();
  expect(copyKey, "the press was meant for what was there before").not.toHaveBeenCalled();
});

test("failed copy leaves Close disabled and selects the key", async () => {
  const copyKey = () => Promise.reject(new CommandError("clipboard", "The clipboard is busy.", "Try again."));
  await openPrompt({ copyKey });
  await copy().click();
  await expect.element(page.getByRole("status").getByText("Copy failed. The clipboard is busy. Try again.")).toBeVisible();
  await expect.element(close()).toBeDisabled();
  expect(getSelection()?.toString(), "to be copied by hand").toBe(KEY);
});

test.for([
  [1180, 760],
  [590, 380],
] as const)("copying moves no button at %i × %i", async ([width, height]) => {
  await page.viewport(width, height);
  const [copying, checking] = [deferred<typeof COPIED>(), deferred<KeyCheck>()];
  await openPrompt({ copyKey: () => copying.promise, checkKey: () => checking.promise });
  const before = boxes(...PARTS);
  await copy().click();
  expect(boxes(...PARTS), "while it copies").toEqual(before);
  copying.resolve(COPIED);
  await expect.element(copy()).toHaveTextContent("Copied");
  await expect.element(page.getByText("Testing")).toBeInTheDocument();
  expect(boxes(...PARTS), "when it is copied and tested").toEqual(before);
  checking.resolve(CHECK);
  await expect.element(page.getByText("Write allowed", { exact: true })).toBeInTheDocument();
  expect(boxes(...PARTS), "with the result of the test").toEqual(before);
  await expect.element(copy()).toHaveTextContent("Copy again");
  expect(boxes(...PARTS), "in the end").toEqual(before);
});

test("click selects the key, which Ctrl+C copies through Rust", async () => {
  const { copyKey } = await openPrompt();
  const key = page.getByRole("textbox", { name: "Generated API Key" });
  await key.click();
  expect(getSelection()?.toString(), "without inserted spaces").toBe(KEY);
  await userEvent.keyboard("{Control>}c{/Control}");
  await expect.element(close()).toBeEnabled();
  expect(copyKey).toHaveBeenCalledTimes(1);
});

test("copied part of the key leaves Close disabled", async () => {
  const { copyKey } = await openPrompt();
  find(".generated-key").focus();
  getSelection()?.collapse(find(".generated-key"), 0);
  await userEvent.keyboard("{Shift>}{ArrowRight}{ArrowRight}{/Shift}");
  expect(getSelection()?.toString()).toBe(KEY.slice(0, 2));
  await userEvent.keyboard("{Control>}c{/Control}");
  await expect.element(page.getByRole("status").getByText("You copied only part of the key.")).toBeVisible();
  await expect.element(close()).toBeDisabled();
  expect(copyKey).not.toHaveBeenCalled();
});

test("discarding takes two steps, and Esc goes back", async () => {
  const discardKey = vi.fn<Host["discardKey"]>(async () => null);
  const { stores } = await openPrompt({ discardKey });
  await page.getByRole("button", { name: "Discard key" }).click();
  await expect.element(page.getByRole("button", { name: "Keep key" })).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await page.getByRole("button", { name: "Discard key" }).click();
  expect(discardKey, "the first step discards nothing").not.toHaveBeenCalled();
  await page.getByRole("button", { name: "Discard and revoke" }).click();
  await expect.element(page.getByRole("alertdialog")).not.toBeInTheDocument();
  expect(stores.prompt.isOpen).toBe(false);
  expect(document.body.textContent, "the key is gone from the page").not.toContain(KEY);
});

test("prompt is accessible before and after copying, and while discarding", async () => {
  await openPrompt();
  await expectAccessible();
  await copy().click();
  await expect.element(page.getByText("Write allowed", { exact: true })).toBeInTheDocument();
  await expectAccessible();
  await page.getByRole("button", { name: "Discard key" }).click();
  await expectAccessible();
});

test("prompt of a key that was revoked elsewhere is accessible", async () => {
  const { stores } = await openPrompt({ revealKey: async () => ({ ...PENDING, key: null, state: "revoked" }) });
  await stores.prompt.refresh();
  await expect.element(page.getByText("This key has been revoked.").first()).toBeVisible();
  await expect.element(close()).toBeEnabled();
  await expectAccessible();
});
