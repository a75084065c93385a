import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectAccessible } from "../testing/accessibility";
import { boxes, mount } from "../testing/mount";
import { segments } from "./segments";

const CHOICES = ["all", "passed", "denied"].map((value) => ({ value, label: `Show ${value}` }));

function mountSegments() {
  let value = "all";
  const onChange = vi.fn((chosen: string) => {
    value = chosen;
    update();
  });
  const update = mount(() => segments({ name: "outcome", label: "Result", value, choices: CHOICES, onChange }));
  return onChange;
}

test("arrow keys choose, and Tab stops once", async () => {
  const onChange = mountSegments();
  await userEvent.tab();
  await expect.element(page.getByRole("radio", { name: "Show all" })).toHaveFocus();
  await userEvent.keyboard("{ArrowRight}");
  expect(onChange, "the next choice").toHaveBeenLastCalledWith("passed");
  await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
  expect(onChange, "before the first choice comes the last one").toHaveBeenLastCalledWith("denied");
  await expect.element(page.getByRole("radio", { name: "Show denied" })).toHaveFocus();
  await userEvent.tab();
  expect(document.activeElement, "all choices are one stop").toBe(document.body);
});

test("chosen label moves no other choice", async () => {
  mountSegments();
  const labels = [1, 2, 3].map((index) => `.segment:nth-of-type(${index})`);
  const before = boxes(...labels);
  await page.getByRole("radio", { name: "Show denied" }).click();
  expect(getComputedStyle(document.querySelector(".segment:has(:checked) > span") ?? document.body).fontWeight).toBe("500");
  expect(boxes(...labels), "the medium weight of the chosen label is reserved").toEqual(before);
});

test("segments are accessible", async () => {
  mountSegments();
  await expectAccessible();
});
