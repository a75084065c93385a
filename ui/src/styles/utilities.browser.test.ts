import { html } from "lit";
import { expect, test } from "vitest";
import { page } from "vitest/browser";
import { boxes, find, mount } from "../testing/mount";

const mountTexts = () =>
  mount(
    () => html`<p>Before<span id="hidden" class="visually-hidden">hidden</span></p>
      <p>Before<span id="wide" class="wide-only">Keystile</span></p>
      <p>Before<span id="plain">Keystile</span></p>`,
  );

const size = (selector: string) => boxes(selector)[selector]?.split(", ")[1];

test("text for wide windows looks like any other text there", () => {
  mountTexts();
  expect(size("#wide")).toBe(size("#plain"));
  expect(getComputedStyle(find("#wide")).position).toBe("static");
});

test("text for wide windows is hidden in a narrow one, but not from screen readers", async () => {
  mountTexts();
  await page.viewport(899, 760);
  expect([size("#wide"), size("#hidden")], "it takes no space").toEqual(["1.0 × 1.0", "1.0 × 1.0"]);
  expect(getComputedStyle(find("#wide")).clipPath).toBe("inset(50%)");
  await expect.element(page.getByText("Keystile").first()).toBeInTheDocument();
});
