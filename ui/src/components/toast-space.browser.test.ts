import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { CommandError } from "../host/command-error";
import "../features/environments/environment-screen";
import "../features/gateway/environment-gateway";
import "../features/keys/key-panel";
import "../features/shell/toast-stack";
import { FakeRequestLog } from "../stores/fake-request-log";
import { environmentFixture, fakeStores, keyFixture, projectFixture, readCommands } from "../stores/test-fixtures";
import type { Toasts } from "../stores/toasts";
import { boxes, find, layoutSettled, mount } from "../testing/mount";
import { toastSpace } from "./toast-space";

const LISTS = [
  { tab: "gateway", box: ".request-scroll", first: '[data-request="60"]', last: '[data-request="1"]' },
  { tab: "keys", box: ".key-scroll", first: '[data-key="k1"]', last: '[data-key="k60"]' },
] as const;

/** Shows a page of an environment with as many keys and requests, and messages above it. */
async function mountPage(tab: "gateway" | "keys", count = 60) {
  const keys = Array.from({ length: count }, (_, index) => keyFixture(`k${index + 1}`));
  const log = new FakeRequestLog();
  log.add(1, count);
  const { listRequests, listRequestKeys } = log;
  const stores = fakeStores({ ...readCommands({ keys }), listRequests, listRequestKeys });
  await Promise.all([stores.keys.read("e"), stores.gateways.read("e"), stores.requests.show("e")]);
  mount(
    () => html`<environment-screen
        .project=${projectFixture()}
        .environment=${environmentFixture()}
        .tab=${tab}
      ></environment-screen>
      ${toastSpace()}
      <toast-stack></toast-stack>`,
    stores,
  );
  await layoutSettled();
  await layoutSettled();
  return stores;
}

/** Shows as many messages as there can be with an action, and an error. */
async function showMessages(toasts: Toasts): Promise<void> {
  for (const name of ["ci-writer", "web-shop", "nightly-export"]) {
    toasts.show(`Disabled ${name}. Its requests are denied until you enable it.`, { label: "Undo", run: vi.fn() });
  }
  toasts.error(new CommandError("busy", "The database is busy.", "Try again."));
  await layoutSettled();
  await layoutSettled();
}

async function hideMessages(toasts: Toasts): Promise<void> {
  for (const { id } of toasts.list) toasts.dismiss(id);
  await layoutSettled();
  await layoutSettled();
}

async function scroll(box: string, top: number): Promise<void> {
  find(box).scrollTop = top;
  await layoutSettled();
  await layoutSettled();
}

/** Returns whether an element is above the messages, and nothing else covers it. */
function isUncovered(element: Element | null): boolean {
  if (!element) return false;
  const { bottom, right } = element.getBoundingClientRect();
  const isAbove = bottom <= find(".toasts").getBoundingClientRect().top;
  return isAbove && element.contains(document.elementFromPoint(right - 40, bottom - 15));
}

test.for(LISTS)("last row of $box can be scrolled above the messages", async ({ tab, box, last }) => {
  const { toasts } = await mountPage(tab);
  await showMessages(toasts);
  await scroll(box, find(box).scrollHeight);
  expect(isUncovered(find(last))).toBe(true);
});

test.for(LISTS)("messages move nothing in $box", async ({ tab, box, first, last }) => {
  const { toasts } = await mountPage(tab);
  const parts = [box, `${box} thead th:last-of-type`, "environment-screen", "environment-screen > .body"];
  const atTop = boxes(...parts, first);
  await showMessages(toasts);
  expect(boxes(...parts, first), "they appear").toEqual(atTop);
  await scroll(box, find(box).scrollHeight);
  const atEnd = boxes(...parts, last);
  await hideMessages(toasts);
  expect(boxes(...parts, last), "they disappear").toEqual(atEnd);
  await scroll(box, find(box).scrollTop - 1);
  await scroll(box, 0);
  expect(find(`${box} > .toast-space`).offsetHeight, "the space is not needed anymore").toBe(0);
  expect(boxes(...parts, first)).toEqual(atTop);
});

test("list that just fits can be scrolled while messages cover its end", async () => {
  await mountPage("keys", 1);
  const [list, box, row] = [".key-list", ".key-scroll", ".key-row"].map((name) => find(name).getBoundingClientRect());
  const fitting = 1 + Math.floor(((list?.height ?? 0) - (box?.height ?? 0)) / (row?.height ?? 1));
  const { toasts } = await mountPage("keys", fitting);
  const parts = [".key-scroll", "thead .col-created", ".key-row [data-menu]"];
  const before = boxes(...parts);
  const isScrolled = async () => {
    await scroll(".key-scroll", 1000);
    return find(".key-scroll").scrollTop > 0;
  };
  expect(await isScrolled(), "without messages").toBe(false);
  await showMessages(toasts);
  expect(boxes(...parts), "no column moves").toEqual(before);
  expect(await isScrolled()).toBe(true);
  expect(isUncovered(find(`[data-key="k${fitting}"]`))).toBe(true);
  await scroll(".key-scroll", 0);
  await hideMessages(toasts);
  expect(boxes(...parts)).toEqual(before);
  expect(await isScrolled(), "when they are gone").toBe(false);
});

test("list that ends above the messages is not scrollable", async () => {
  const { toasts } = await mountPage("keys", 5);
  await showMessages(toasts);
  await scroll(".key-scroll", 1000);
  expect(find(".key-scroll").scrollTop).toBe(0);
  expect(document.elementFromPoint(600, find('[data-key="k5"]').getBoundingClientRect().top + 10)?.closest("tr")).not.toBeNull();
});

test.for([
  { tab: "gateway", row: '[data-request="60"] button', key: "{ArrowDown}" },
  { tab: "keys", row: '[data-key="k1"]', key: "{ArrowDown}" },
  { tab: "keys", row: '[data-key="k1"]', key: "{End}" },
] as const)("row that gets the focus by keyboard is above the messages: $tab, $key", async ({ tab, row, key }) => {
  const { toasts } = await mountPage(tab);
  await showMessages(toasts);
  find(row).focus();
  for (let press = 0; press < 12; press += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each row is drawn before the next key press
    await userEvent.keyboard(key).then(layoutSettled);
    expect(isUncovered(document.activeElement?.closest("tr") ?? null)).toBe(true);
  }
  expect(document.activeElement?.matches(row), "the focus moved").toBe(false);
});

test("pressed row stays under the pointer, beside the messages", async () => {
  const { toasts } = await mountPage("gateway");
  await showMessages(toasts);
  const { bottom, left } = find(".request-scroll").getBoundingClientRect();
  const row = document.elementFromPoint(left + 30, bottom - 30)?.closest<HTMLElement>("tr");
  const request = `[data-request="${row?.dataset.request}"]`;
  const before = boxes(request);
  row?.querySelector<HTMLElement>(".request-time")?.click();
  await layoutSettled();
  await layoutSettled();
  await expect.element(page.getByRole("region", { name: "Request details" })).toBeVisible();
  expect(boxes(request)[request]?.split(",")[0]).toBe(before[request]?.split(",")[0]);
});

test.for([
  { tab: "gateway", row: '[data-request="60"] .request-time', panel: "request-details", end: ".request-facts" },
  { tab: "keys", row: '[data-key="k1"] .key-name', panel: ".key-panel", end: "key-history" },
] as const)("end of the details can be scrolled above the messages: $panel", async ({ tab, row, panel, end }) => {
  await page.viewport(1180, 620);
  const { toasts } = await mountPage(tab);
  find(row).click();
  await layoutSettled();
  const before = boxes(panel);
  await showMessages(toasts);
  expect(boxes(panel)).toEqual(before);
  await scroll(panel, 10_000);
  expect(find(`${panel} ${end}`).getBoundingClientRect().bottom).toBeLessThan(find(".toasts").getBoundingClientRect().top);
});

test("page can be scrolled above the messages", async () => {
  const stores = fakeStores({});
  mount(() => html`<div class="tall"></div>${toastSpace()}<toast-stack></toast-stack>`, stores);
  find(".tall").style.height = "2000px";
  const { toasts } = stores;
  await showMessages(toasts);
  await scroll("main", 10_000);
  const before = boxes(".tall");
  expect(find(".tall").getBoundingClientRect().bottom).toBeLessThan(find(".toasts").getBoundingClientRect().top);
  await hideMessages(toasts);
  expect(boxes(".tall")).toEqual(before);
});
