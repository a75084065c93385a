import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { CommandError } from "../host/command-error";
import { strings } from "../strings";
import { expectAccessible } from "../testing/accessibility";
import { boxes, mount } from "../testing/mount";
import { deferred } from "../stores/test-fixtures";
import "./copy-button";

const mountCopyButton = (copy: () => Promise<unknown>) =>
  mount(() => html`<copy-button .copy=${copy}></copy-button><p id="after">Next</p>`);

const button = () => page.getByRole("button");

test("Copied is shown after a successful copy, and nothing moves", async () => {
  const copying = deferred<null>();
  const copy = vi.fn(() => copying.promise);
  mountCopyButton(copy);
  await expect.element(button()).toHaveTextContent("Copy");
  const before = boxes("copy-button button", "#after");
  await button().click();
  await userEvent.keyboard("{Enter}");
  expect(copy, "a second press while it copies is ignored").toHaveBeenCalledTimes(1);
  await expect.element(button()).not.toHaveTextContent("Copied");
  copying.resolve(null);
  await expect.element(button()).toHaveTextContent("Copied");
  await expect.element(page.getByRole("status"), { message: "screen readers hear it" }).toHaveTextContent(strings.general.copiedStatus);
  expect(boxes("copy-button button", "#after"), "the width of Copied is reserved").toEqual(before);
});

test("Copied is replaced by Copy after a moment", async () => {
  mountCopyButton(() => Promise.resolve());
  await button().click();
  await expect.element(button()).toHaveTextContent("Copied");
  await expect.element(button(), { timeout: 4000 }).not.toHaveTextContent("Copied");
  await expect.element(button(), { message: "the focus stays" }).toHaveFocus();
});

test("failed copy says why and what to do", async () => {
  mountCopyButton(() => Promise.reject(new CommandError("clipboard", "The clipboard is busy.", "Try again.")));
  await button().click();
  await expect.element(page.getByRole("status")).toHaveTextContent("The clipboard is busy. Try again.");
  await expect.element(button()).not.toHaveTextContent("Copied");
  await expectAccessible();
});

test("copy button is accessible, before and after a copy", async () => {
  mountCopyButton(() => Promise.resolve());
  await expectAccessible();
  await expectAccessible(() => button().click());
});
