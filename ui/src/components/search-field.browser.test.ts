import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectAccessible } from "../testing/accessibility";
import { boxes, mount } from "../testing/mount";
import { searchField } from "./search-field";

function mountSearch(initial = "") {
  let value = initial;
  const onInput = vi.fn((typed: string) => {
    value = typed;
    update();
  });
  const update = mount(() => searchField({ label: "Search keys", value, onInput }));
  return onInput;
}

const field = () => page.getByRole("searchbox", { name: "Search keys" });

test("Esc clears the field, then leaves it", async () => {
  const onInput = mountSearch();
  await field().fill("ci");
  expect(onInput).toHaveBeenLastCalledWith("ci");
  await userEvent.keyboard("{Escape}");
  await expect.element(field()).toHaveValue("");
  await expect.element(field(), { message: "the first Esc keeps the focus" }).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  expect(document.activeElement, "the second Esc leaves the field").toBe(document.body);
});

test("button that clears the field appears with the text and moves nothing", async () => {
  mountSearch();
  const before = boxes(".search", ".search input");
  await expect.element(page.getByRole("button", { name: "Clear search" })).not.toBeInTheDocument();
  await field().fill("ci");
  expect(boxes(".search"), "the field keeps its size").toEqual({ ".search": before[".search"] });
  await page.getByRole("button", { name: "Clear search" }).click();
  await expect.element(field()).toHaveValue("");
});

test("search field is accessible, empty and filled", async () => {
  mountSearch();
  await expectAccessible();
  mountSearch("ci-writer");
  await expectAccessible();
});
