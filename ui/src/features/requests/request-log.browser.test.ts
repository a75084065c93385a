import { html } from "lit";
import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { FakeRequestLog } from "../../stores/fake-request-log";
import { environmentFixture, fakeStores, gatewayFixture, readCommands } from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { boxes, find, layoutSettled, mount } from "../../testing/mount";
import "./request-log";

async function mountLog(count: number) {
  const log = new FakeRequestLog();
  if (count > 0) log.add(1, count);
  const { listRequests, listRequestKeys } = log;
  const stores = fakeStores({ ...readCommands({ gateway: gatewayFixture() }), listRequests, listRequestKeys });
  await stores.gateways.read("e");
  await stores.requests.show("e");
  mount(() => html`<request-log .environment=${environmentFixture()}></request-log>`, stores);
  await layoutSettled();
  const scrollTo = async (top: number) => {
    find(".request-scroll").scrollTop = top;
    await layoutSettled();
    await layoutSettled();
  };
  return { log, stores, scrollTo };
}

const drawn = () => [...document.querySelectorAll<HTMLElement>("tr[data-request]")].map((row) => Number(row.dataset.request));

test("only the rows near the visible part are drawn", async () => {
  const { scrollTo } = await mountLog(5000);
  expect(drawn()[0]).toBe(5000);
  expect(drawn().length).toBeLessThan(60);
  for (let step = 0; step < 60; step += 1) {
    // oxlint-disable-next-line no-await-in-loop
    await scrollTo(find(".request-scroll").scrollHeight);
  }
  expect(drawn().at(-1), "scrolling down reads the older pages").toBe(1);
  expect(drawn().length).toBeLessThan(60);
});

test("scrolling pauses the list, and nothing moves meanwhile", async () => {
  const { log, stores, scrollTo } = await mountLog(90);
  await scrollTo(400);
  expect(stores.requests.isPaused).toBe(true);
  const row = `tr[data-request="${drawn()[20]}"]`;
  const before = boxes(row);
  log.add(91, 120);
  await stores.requests.receive();
  await layoutSettled();
  expect(boxes(row)).toEqual(before);
  await expect.element(page.getByText("Paused · 30 new")).toBeVisible();
  await page.getByRole("button", { name: "Resume" }).click();
  await expect.poll(() => drawn()[0]).toBe(120);
});

test("rows keep their columns when the details open beside them", async () => {
  const { stores } = await mountLog(3);
  await page.getByRole("button", { name: "/products" }).nth(1).click();
  expect(stores.requests.selected?.id).toBe(2);
  await layoutSettled();
  const [head, row] = [find("thead tr").getBoundingClientRect(), find('tr[data-request="3"]').getBoundingClientRect()];
  expect(row.width).toBe(head.width);
  await userEvent.keyboard("{ArrowUp}");
  expect(stores.requests.selected?.id).toBe(3);
  await userEvent.keyboard("{Escape}");
  expect(stores.requests.selected).toBeNull();
});

test("unreadable log is reported above the rows, and read again on demand", async () => {
  const { log, stores } = await mountLog(150);
  log.listRequests.mockRejectedValue({ code: "request_log_unavailable", message: "The log is damaged.", advice: "" });
  await stores.requests.receive();
  await expect.element(page.getByRole("alert")).toHaveTextContent("The log is damaged.");
  const calls = log.listRequests.mock.calls.length;
  await layoutSettled();
  expect(log.listRequests.mock.calls.length, "it is not tried again and again").toBe(calls);
  log.listRequests.mockReset();
  log.listRequests.mockResolvedValue({ requests: [], hasMore: false, total: 150, unlogged: 0 });
  await page.getByRole("button", { name: "Try again" }).click();
  await expect.element(page.getByRole("alert")).not.toBeInTheDocument();
});

test("log is accessible with and without requests", async () => {
  await mountLog(30);
  await page.getByRole("button", { name: "/products" }).first().click();
  await expectAccessible();
  await mountLog(0);
  await expectAccessible();
});
