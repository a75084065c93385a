import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Host } from "../../../host/host";
import type { KeyCheck } from "../../../host/types/KeyCheck";
import { deferred, fakeStores, keyFixture, promptFixture, readCommands } from "../../../stores/test-fixtures";
import { expectAccessible } from "../../../testing/accessibility";
import { boxes, find, mount } from "../../../testing/mount";
import "./one-time-prompt";

const ID = "7Qf3aB2kLm9X";
const KEY = `ks_stag_${ID}_2vGNtYB6RtLdC9qJmzXW4PfUeKsH8aQ1o7iVbMnTy05dRuE`;
const FRESH = promptFixture({ key: KEY, keyId: ID, state: "active", overlapSeconds: 86_400 });
const COPIED = promptFixture({ ...FRESH, key: null, copied: true });
const ROTATED = keyFixture(ID, { name: "ci-writer", oldSecretEndsAt: Date.now() + 86_400_000, keychain: true });

const CHECK: KeyCheck = {
  read: { allowed: true, code: "allowed" },
  write: { allowed: true, code: "allowed" },
  asExpected: true,
  milliseconds: 12,
};

const PARTS = [".prompt", ".alert", ".keybox", "prompt-overlap", "[data-step=copy]", "[data-step=close]"];

/** Right after the prompt appeared, activations are ignored. */
const GUARD_MS = 350;

async function openPrompt(commands: Partial<Host> = {}, shown = FRESH) {
  const stores = fakeStores({
    ...readCommands({ keys: [ROTATED] }),
    copyKey: async () => ({ ...shown, key: null, copied: true }),
    checkKey: async () => CHECK,
    ...commands,
  });
  stores.prompt.open(shown);
  mount(() => html`<one-time-prompt></one-time-prompt>`, stores);
  await expect.element(copy()).toHaveFocus();
  await expect.element(page.getByRole("button", { name: "curl" })).toBeVisible();
  await new Promise((resolve) => setTimeout(resolve, GUARD_MS));
  return stores;
}

const copy = () => page.getByRole("button", { name: /^Cop(y|ied|y again)$/ });
const save = () => page.getByRole("button", { name: "Save to system keychain" });
const overlap = () => find("#prompt-overlap").textContent;

test("title names the key, and the old secret works for the overlap until the copy", async () => {
  await openPrompt();
  await expect.element(page.getByRole("alertdialog", { name: "New secret for ci-writer" })).toBeVisible();
  expect(overlap()).toBe("The old secret works for 24 hours after you copy the new one.");
  await copy().click();
  await expect.poll(overlap).toMatch(/^The old secret works until .*\d\d:\d\d\.$/);
});

test("old secret without an overlap has ended after the copy", async () => {
  await openPrompt({}, { ...FRESH, overlapSeconds: 0 });
  expect(overlap()).toBe("The old secret ends when you copy the new one.");
  await copy().click();
  await expect.poll(overlap).toBe("The old secret has ended.");
});

test("save before the copy explains why it is disabled", async () => {
  const saveKey = vi.fn<Host["saveKey"]>(async () => ({ ...COPIED, keychain: true }));
  await openPrompt({ saveKey });
  await expect.element(save()).toHaveAttribute("aria-disabled", "true");
  await expect.element(save()).toHaveAccessibleDescription("Copy the new secret before you save it.");
  find(".prompt-keeping .button").click();
  await expect.poll(() => find(".prompt-message").textContent).toBe("Copy the new secret before you save it.");
  expect(saveKey).not.toHaveBeenCalled();
  await copy().click();
  await expect.element(page.getByText(/has the old secret until you save the new one/)).toBeVisible();
  await save().click();
  expect(saveKey).toHaveBeenCalledOnce();
});

test("discarded rotation says that the old secret still works", async () => {
  const discardKey = vi.fn<Host["discardKey"]>(async () => null);
  const stores = await openPrompt({ discardKey });
  await page.getByRole("button", { name: "Discard secret" }).click();
  await expect.element(page.getByText("The old secret still works")).toBeVisible();
  await page.getByRole("button", { name: "Discard new secret" }).click();
  await expect.element(page.getByRole("alertdialog")).not.toBeInTheDocument();
  expect(stores.toasts.list).toMatchObject([{ text: "Discarded the new secret of ci-writer" }]);
});

test("copied rotation cannot be discarded, and the focus goes to Close if it was on Discard", async () => {
  const stores = await openPrompt();
  await page.getByRole("button", { name: "Discard secret" }).click();
  await expect.element(page.getByRole("button", { name: "Keep secret" })).toHaveFocus();
  await stores.prompt.copy(); // as Ctrl+C does
  await expect.element(page.getByRole("button", { name: "Close" })).toHaveFocus();
  expect(page.getByRole("button", { name: /Discard/ }).query()).toBeNull();
  await userEvent.keyboard("{Escape}");
  expect(page.getByRole("button", { name: /Discard/ }).query()).toBeNull();
});

test("key that was revoked meanwhile cannot be created again from its rotation", async () => {
  const stores = await openPrompt({ revealKey: async () => ({ ...FRESH, key: null, state: "revoked" }) });
  await stores.prompt.refresh();
  await expect.element(page.getByText("This key has been revoked.").first()).toBeVisible();
  expect(page.getByRole("button", { name: "Create again" }).query()).toBeNull();
  expect(document.querySelector("prompt-overlap"), "no secret works").toBeNull();
  await expectAccessible();
});

test.for([
  [1180, 760],
  [590, 380],
] as const)("copying a rotation moves no button at %i × %i", async ([width, height]) => {
  await page.viewport(width, height);
  const checking = deferred<KeyCheck>();
  await openPrompt({ checkKey: () => checking.promise });
  const before = boxes(...PARTS);
  await copy().click();
  await expect.poll(overlap).toMatch(/until/);
  expect(boxes(...PARTS), "when it is copied").toEqual(before);
  checking.resolve(CHECK);
  await expect.element(page.getByText("Write allowed", { exact: true })).toBeInTheDocument();
  expect(boxes(...PARTS), "with the result of the test").toEqual(before);
});

test("prompt of a rotation is accessible before and after copying, and while discarding", async () => {
  await openPrompt();
  await expectAccessible();
  await page.getByRole("button", { name: "Discard secret" }).click();
  await expectAccessible();
  await page.getByRole("button", { name: "Keep secret" }).click();
  await copy().click();
  await expect.element(page.getByText("Write allowed", { exact: true })).toBeInTheDocument();
  await expectAccessible();
});
