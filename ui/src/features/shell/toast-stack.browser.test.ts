import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { CommandError } from "../../host/command-error";
import { fakeStores } from "../../stores/test-fixtures";
import { TOAST_MS } from "../../stores/toasts";
import { expectAccessible } from "../../testing/accessibility";
import { find, mount } from "../../testing/mount";
import "./toast-stack";

function mountToasts() {
  const stores = fakeStores({});
  mount(() => html`<h1 tabindex="-1">API Keys</h1><toast-stack></toast-stack>`, stores);
  return stores.toasts;
}

test("Undo runs the action once, and the focus goes to the heading", async () => {
  const toasts = mountToasts();
  const run = vi.fn();
  toasts.show("Disabled ci-writer", { label: "Undo", run });
  await userEvent.tab();
  await expect.element(page.getByRole("button", { name: "Undo" })).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByText("Disabled ci-writer")).not.toBeInTheDocument();
  expect(run).toHaveBeenCalledTimes(1);
  await expect.element(page.getByRole("heading", { name: "API Keys" })).toHaveFocus();
});

test("error is announced as an alert and stays until it is dismissed", async () => {
  const toasts = mountToasts();
  toasts.error(new CommandError("busy", "The database is busy.", "Try again."));
  await expect.element(page.getByRole("alert")).toHaveTextContent("The database is busy. Try again.");
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect.element(page.getByRole("alert")).toBeEmptyDOMElement();
});

test("message stays while it has the focus", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const toasts = mountToasts();
  toasts.show("Saved staging");
  await Promise.resolve();
  find(".toast .icon-button").focus();
  vi.advanceTimersByTime(2 * TOAST_MS);
  vi.useRealTimers();
  await expect.element(page.getByText("Saved staging")).toBeVisible();
});

test("messages lie inside the window, above the page", async () => {
  const toasts = mountToasts();
  toasts.show("Disabled a-key-with-a-name-that-is-long-enough-for-two-lines-of-a-message", { label: "Undo", run: vi.fn() });
  await expect.element(page.getByRole("button", { name: "Undo" })).toBeVisible();
  const { left, right, bottom } = find(".toast").getBoundingClientRect();
  expect(left).toBeGreaterThan(0);
  expect(right).toBeLessThan(innerWidth);
  expect(bottom).toBeLessThan(innerHeight);
});

test("messages are accessible", async () => {
  const toasts = mountToasts();
  toasts.show("Disabled ci-writer", { label: "Undo", run: vi.fn() });
  toasts.show("Saved staging");
  toasts.error(new CommandError("busy", "The database is busy.", "Try again."));
  await expectAccessible();
});
