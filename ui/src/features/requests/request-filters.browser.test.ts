import { html } from "lit";
import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { decisionFixture, fakeStores, readCommands } from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { mount } from "../../testing/mount";
import "./request-filters";

async function mountFilters() {
  const stores = fakeStores({ ...readCommands(), listDecisions: async () => [decisionFixture(1)] });
  await stores.decisions.show("e");
  mount(() => html`<request-filters></request-filters>`, stores);
  return stores.decisions;
}

test("filters change what the log shows", async () => {
  const decisions = await mountFilters();
  await page.getByRole("radio", { name: "Denied" }).click();
  expect(decisions.filter.outcome).toBe("denied");
  await userEvent.selectOptions(page.getByRole("combobox", { name: "Key" }), "Without a key");
  expect(decisions.filter.key).toBe("none");
  const search = page.getByRole("searchbox");
  await search.fill("products");
  expect(decisions.filter.text).toBe("products");
  await userEvent.keyboard("{Escape}");
  await expect.element(search, { message: "Esc clears the search" }).toHaveValue("");
});

test("filters are accessible", async () => {
  await mountFilters();
  await expectAccessible();
});
