import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectAccessible } from "../testing/accessibility";
import { find, mount } from "../testing/mount";
import { selectField } from "./select-field";

const CHOICES = [
  { value: "all", label: "All keys" },
  { value: "none", label: "Without a key" },
  { value: "k", label: "A key with a name that is far too long to fit into the field on any window" },
];

function mountSelect() {
  let value = "all";
  const onChange = vi.fn((chosen: string) => {
    value = chosen;
    update();
  });
  const update = mount(
    () => html`<div class="field">${selectField({ label: "Key", value, choices: CHOICES, onChange })}</div>`,
  );
  return onChange;
}

test("choice is reported by its value", async () => {
  const onChange = mountSelect();
  const field = page.getByRole("combobox", { name: "Key" });
  await userEvent.selectOptions(field, "Without a key");
  expect(onChange).toHaveBeenLastCalledWith("none");
  await expect.element(field).toHaveDisplayValue("Without a key");
});

test("arrow keys choose without the mouse", async () => {
  const onChange = mountSelect();
  await userEvent.tab();
  await userEvent.keyboard("{ArrowDown}");
  expect(onChange).toHaveBeenLastCalledWith("none");
});

test("arrow of the field lies inside it and takes no click", async () => {
  mountSelect();
  const [field, arrow] = [find("select").getBoundingClientRect(), find(".select .icon").getBoundingClientRect()];
  expect(arrow.right, "inside the field").toBeLessThan(field.right);
  expect(arrow.top + arrow.height / 2, "in its middle").toBeCloseTo(field.top + field.height / 2, 0);
  const hit = document.elementFromPoint(arrow.left + arrow.width / 2, arrow.top + arrow.height / 2);
  expect(hit, "a click on the arrow opens the field").toBe(find("select"));
});

test("select field is accessible", async () => {
  mountSelect();
  await expectAccessible();
});
