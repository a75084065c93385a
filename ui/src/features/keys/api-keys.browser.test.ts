import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { Host } from "../../host/host";
import type { Key } from "../../host/types/Key";
import { environmentFixture, fakeStores, keyFixture, keyPageFixture, projectFixture, readCommands } from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { boxes, find, layoutSettled, mount } from "../../testing/mount";
import "../environments/environment-screen";
import "./key-panel";

const LONG_NAME = "nightly-export-of-all-orders-and-customers-to-the-warehouse-of-the-finance-department";

const KEYS: Key[] = [
  keyFixture("7Qf3aB2kLm9X", { name: "ci-writer", permissions: ["read", "write"], keychain: true }),
  keyFixture("8Rg4bC3lMn0Y", { name: LONG_NAME, lastUsedAt: 5, lastClient: "203.0.113.7", allowed: 12_345, denied: 7 }),
  keyFixture("9Sh5cD4mNo1Z", { name: "old", state: "disabled" }),
];

const COLUMNS = ["name", "permissions", "status", "used", "created", "end"].map((name) => `thead .col-${name}`);

/** Shows the page of an environment, whose layout gives the list its height. */
async function mountKeys(keys: Key[] = KEYS, commands: Partial<Host> = {}) {
  const stores = fakeStores({ ...readCommands({ keys }), ...commands });
  await stores.keys.read("e");
  mount(
    () => html`<environment-screen
      .project=${projectFixture()}
      .environment=${environmentFixture()}
      .tab=${"keys"}
    ></environment-screen>`,
    stores,
  );
  await expect.element(row("ci-writer")).toBeVisible();
  await layoutSettled();
}

const row = (name: string) => page.getByRole("row", { name });
const panel = () => page.getByRole("region", { name: "Key details" });

test("arrow keys move to a row, Enter opens its details, and Esc returns to it", async () => {
  await mountKeys();
  row("ci-writer").element().focus();
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(row(LONG_NAME)).toHaveFocus();
  await expect.element(row(LONG_NAME)).toHaveAttribute("aria-current", "true");
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByRole("heading", { name: LONG_NAME })).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.element(panel()).not.toBeInTheDocument();
  await expect.element(row(LONG_NAME)).toHaveFocus();
});

test("menu of a row opens by keyboard and returns the focus to the row", async () => {
  await mountKeys();
  row("old").element().focus();
  await userEvent.keyboard("{Shift>}{F10}{/Shift}");
  await expect.element(page.getByRole("menuitem", { name: "Copy ID" })).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.element(row("old")).toHaveFocus();
});

test("moving to a key moves no column", async () => {
  await mountKeys();
  const before = boxes(...COLUMNS, ".key-scroll");
  row("ci-writer").element().focus();
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(row(LONG_NAME)).toHaveAttribute("aria-current", "true");
  expect(boxes(...COLUMNS, ".key-scroll")).toEqual(before);
});

test.for([1180, 900, 590])("rows reach the edge, or the scrollbar, and columns stay, at a width of %i", async (width) => {
  await page.viewport(width, 760);
  await mountKeys();
  const list = find(".key-scroll");
  const end = () => find(".key-row").getBoundingClientRect().right - list.getBoundingClientRect().left;
  expect(list.offsetWidth - list.clientWidth, "only the border: a short list has no scrollbar").toBe(2);
  expect(end(), "to the border").toBeCloseTo(list.offsetWidth - 1, 1);
  const parts = [...COLUMNS.slice(0, -1), ".key-row [data-menu]"];
  const before = boxes(...parts);
  await mountKeys([...KEYS, ...Array.from({ length: 60 }, (_, index) => keyFixture(`more${index}`))]);
  const long = find(".key-scroll");
  await expect.poll(() => long.offsetWidth - long.clientWidth, { message: "with a scrollbar" }).toBeGreaterThan(2);
  expect(boxes(...parts), "the list became longer").toEqual(before);
});

test("details have the same width for every key", async () => {
  await mountKeys();
  await page.getByText("ci-writer").click();
  await expect.element(panel()).toBeVisible();
  await layoutSettled();
  const before = boxes("key-panel", ".key-scroll", ...COLUMNS);
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(page.getByRole("heading", { name: LONG_NAME })).toBeVisible();
  expect(boxes("key-panel", ".key-scroll", ...COLUMNS), "a long name does not widen them").toEqual(before);
});

test("long name is cut off and keeps the height of its row", async () => {
  await mountKeys();
  const heights = KEYS.map(({ id }) => find(`[data-key="${id}"]`).getBoundingClientRect().height);
  expect(new Set(heights).size, `all rows have one height: ${heights.join(", ")}`).toBe(1);
});

test("keys are accessible, with and without details", async () => {
  await mountKeys();
  await expectAccessible();
  await page.getByText("ci-writer").click();
  await expect.element(panel()).toBeVisible();
  await expectAccessible();
});

test("paused key becomes active at the end of its pause", async () => {
  const disabledUntil = Date.now() + 1500;
  const read = (): Key[] => {
    const isPaused = Date.now() < disabledUntil;
    return [keyFixture("a", { name: "ci-writer", state: isPaused ? "disabled" : "active", disabledUntil })];
  };
  await mountKeys([], { listKeys: async () => keyPageFixture(read()), findKeys: async () => read() });
  await expect.element(row("ci-writer")).toHaveTextContent(/Disabled\s+until \d\d:\d\d/);
  await expect.element(row("ci-writer"), { timeout: 5000 }).toHaveTextContent("Active");
});

test("filter for expiring keys sorts by expiry and says when each key expires", async () => {
  const expiring = keyFixture("x", { name: "ci-writer", expiresAt: Date.now() + 6 * 24 * 3_600_000 + 60_000 });
  const listKeys = vi.fn<Host["listKeys"]>(async () => keyPageFixture([expiring, ...KEYS.slice(1)]));
  await mountKeys([], { listKeys });
  await expect.element(row("ci-writer")).toHaveTextContent("Expires in 6 days");
  await page.getByRole("button", { name: "Expiring 1" }).click();
  await expect.poll(() => listKeys.mock.lastCall?.[0].query).toMatchObject({ filter: "expiring", sort: "expiry" });
  await expectAccessible();
});

test("page without a key is accessible and offers the first one", async () => {
  const stores = fakeStores(readCommands());
  await stores.keys.read("e");
  mount(() => html`<api-keys .environment=${environmentFixture()}></api-keys>`, stores);
  await expect.element(page.getByRole("button", { name: "New" })).toHaveFocus();
  await expectAccessible();
});
