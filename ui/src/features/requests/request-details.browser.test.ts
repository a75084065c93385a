import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page } from "vitest/browser";
import type { Host } from "../../host/host";
import type { LoggedRequest } from "../../host/types/LoggedRequest";
import {
  environmentFixture,
  fakeStores,
  gatewayFixture,
  keyFixture,
  readCommands,
  requestFixture,
} from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { mount } from "../../testing/mount";
import "./request-details";

const LONG_PATH = `/products/${"with-a-path-that-never-ends/".repeat(8)}`;

async function mountDetails(request: LoggedRequest, commands: Partial<Host> = {}) {
  const onClose = vi.fn();
  const keys = [keyFixture("k", { name: "ci-writer" })];
  const stores = fakeStores({ ...readCommands({ keys, gateway: gatewayFixture() }), ...commands });
  await stores.gateways.read("e");
  mount(
    () => html`<request-details
      .environment=${environmentFixture()}
      .request=${request}
      @close=${onClose}
    ></request-details>`,
    stores,
  );
  await expect.element(page.getByRole("region", { name: "Request details" })).toBeVisible();
  return { stores, onClose };
}

test("details name the request, its key, and what can be done", async () => {
  const copyText = vi.fn<Host["copyText"]>(async () => null);
  const { stores, onClose } = await mountDetails(requestFixture(1), { copyText });
  await expect.element(page.getByRole("heading", { name: "GET /products" })).toBeVisible();
  await page.getByRole("button", { name: "Copy as curl" }).click();
  expect(copyText.mock.lastCall?.[0].text).toContain("'http://127.0.0.1:7420/products'");
  await page.getByRole("button", { name: "Revoke ci-writer" }).click();
  expect(stores.dialogs.current?.dialog.kind, "revoking asks first").toBe("revoke-key");
  await page.getByRole("button", { name: "Close details" }).click();
  expect(onClose).toHaveBeenCalledTimes(1);
});

test("details are accessible, allowed and denied", async () => {
  await mountDetails(requestFixture(1));
  await expect.element(page.getByRole("button", { name: "Revoke ci-writer" })).toBeVisible();
  await expectAccessible();
  await mountDetails(
    requestFixture(2, {
      allowed: false,
      code: "missing_key",
      status: null,
      keyId: null,
      keyName: null,
      path: LONG_PATH,
      removedHeaders: "x-forwarded-for, x-real-ip",
    }),
  );
  await expectAccessible();
});
