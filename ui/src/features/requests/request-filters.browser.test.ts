import { html } from "lit";
import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { FakeRequestLog } from "../../stores/fake-request-log";
import { fakeStores, readCommands } from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { mount } from "../../testing/mount";
import "./request-filters";

async function mountFilters() {
  const log = new FakeRequestLog();
  log.add(1, 1);
  const { listRequests, listRequestKeys } = log;
  const stores = fakeStores({ ...readCommands(), listRequests, listRequestKeys });
  await stores.requests.show("e");
  mount(() => html`<request-filters></request-filters>`, stores);
  return stores.requests;
}

test("filters change what the log shows", async () => {
  const requests = await mountFilters();
  await page.getByRole("radio", { name: "Denied" }).click();
  expect(requests.filter.outcome).toBe("denied");
  await userEvent.selectOptions(page.getByRole("combobox", { name: "Key" }), "Without a key");
  expect(requests.filter.key).toBe("none");
  await userEvent.selectOptions(page.getByRole("combobox", { name: "Key" }), "ci-writer");
  expect(requests.filter.key, "the keys of the log can be chosen").toBe("key:k");
  const search = page.getByRole("searchbox");
  await search.fill("products");
  expect(requests.filter.text).toBe("products");
  await userEvent.keyboard("{Escape}");
  await expect.element(search, { message: "Esc clears the search" }).toHaveValue("");
});

test("filters are accessible", async () => {
  await mountFilters();
  await expectAccessible();
});
