import { html } from "lit";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { CommandError } from "../../host/command-error";
import type { Host } from "../../host/host";
import type { PlaygroundResponse } from "../../host/types/PlaygroundResponse";
import { environmentFixture, fakeStores, gatewayFixture, readCommands } from "../../stores/test-fixtures";
import { expectAccessible } from "../../testing/accessibility";
import { boxes, find, mount } from "../../testing/mount";
import "./environment-playground";

const ENVIRONMENT = environmentFixture();

const RESPONSE: PlaygroundResponse = {
  status: 200,
  reason: "OK",
  headers: [{ name: "content-type", value: "application/json" }],
  body: '{"id": 1}',
  truncated: false,
  bytes: 9,
  milliseconds: 3,
  decision: null,
};

/** Shows the Playground of a running gateway. */
async function mountPlayground(commands: Partial<Host> = {}) {
  const sendRequest = vi.fn<Host["sendRequest"]>(async () => RESPONSE);
  const copyText = vi.fn<Host["copyText"]>(async () => null);
  const gateway = gatewayFixture({ running: true });
  const stores = fakeStores({ ...readCommands({ gateway }), sendRequest, copyText, ...commands });
  stores.gateways.setRunning([{ environmentId: "e", address: "127.0.0.1:7420" }]);
  await stores.gateways.read("e");
  stores.playground.enter("e", true);
  mount(() => html`<environment-playground .environment=${ENVIRONMENT}></environment-playground>`, stores);
  await expect.element(path()).toHaveValue("/");
  return { stores, sendRequest, copyText };
}

const path = () => page.getByRole("textbox", { name: "Path" });
const tab = (name: string) => page.getByRole("tablist", { name: "Request parts" }).getByRole("tab", { name });
const nameOf = (number: number) => page.getByRole("textbox", { name: `Name of parameter ${number}` });
const valueOf = (number: number) => page.getByRole("textbox", { name: `Value of parameter ${number}` });
const addButton = () => page.getByRole("button", { name: "Add parameter" });

test("query of the path is shown as rows", async () => {
  await mountPlayground();
  await expect.element(page.getByText("No query parameters.")).toBeVisible();
  await path().fill("/search?q=desk+lamp&page=2");
  await expect.element(nameOf(1)).toHaveValue("q");
  await expect.element(valueOf(1)).toHaveValue("desk lamp");
  await expect.element(tab("Query 2")).toBeVisible();
  await path().fill("/search?page=3");
  await expect.element(valueOf(1)).toHaveValue("3");
  await expect.element(nameOf(2)).not.toBeInTheDocument();
});

test("typed parameters are encoded in the path, the request, and the curl command", async () => {
  const { sendRequest, copyText } = await mountPlayground();
  await path().fill("/search");
  await addButton().click();
  await expect.element(nameOf(1), { message: "the new row is where one types" }).toHaveFocus();
  await userEvent.keyboard("q{Tab}grün & blau=?");
  await expect.element(path()).toHaveValue("/search?q=gr%C3%BCn%20%26%20blau%3D%3F");
  await expect.element(valueOf(1), { message: "the row shows what was typed" }).toHaveValue("grün & blau=?");
  await page.getByRole("button", { name: "Copy as curl" }).click();
  expect(copyText.mock.lastCall?.[0].text).toContain("'http://127.0.0.1:7420/search?q=gr%C3%BCn%20%26%20blau%3D%3F'");
  await valueOf(1).click();
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByText("200 OK")).toBeVisible();
  expect(sendRequest.mock.lastCall?.[0].path).toBe("/search?q=gr%C3%BCn%20%26%20blau%3D%3F");
});

test("parameter that is switched off leaves the path and comes back", async () => {
  await mountPlayground();
  await path().fill("/search?q=desk&page=2");
  await page.getByRole("checkbox", { name: "Send parameter 1" }).click();
  await expect.element(path()).toHaveValue("/search?page=2");
  await expect.element(nameOf(1), { message: "the row stays" }).toHaveValue("q");
  await path().fill("/items?page=3");
  await page.getByRole("checkbox", { name: "Send parameter 1" }).click();
  await expect.element(path()).toHaveValue("/items?q=desk&page=3");
});

test("focus stays in the table when rows are removed", async () => {
  await mountPlayground();
  await path().fill("/search?a=1&b=2");
  await page.getByRole("button", { name: "Remove parameter 1" }).click();
  await expect.element(path()).toHaveValue("/search?b=2");
  await expect.element(page.getByRole("button", { name: "Remove parameter 1" })).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await expect.element(path()).toHaveValue("/search");
  await expect.element(addButton()).toHaveFocus();
});

test("history brings back the query of a request", async () => {
  await mountPlayground();
  await path().fill("/search?q=desk lamp");
  await page.getByRole("button", { name: "Send" }).click();
  await expect.element(page.getByText("200 OK")).toBeVisible();
  await expect.element(valueOf(1)).toHaveValue("desk lamp");
  await path().fill("/other");
  await page.getByRole("button", { name: /search/ }).click();
  await expect.element(path()).toHaveValue("/search?q=desk%20lamp");
  await expect.element(valueOf(1)).toHaveValue("desk lamp");
});

test("tabs are selected by arrow keys, and follow the method until then", async () => {
  await mountPlayground();
  await expect.element(tab("Query")).toHaveAttribute("aria-selected", "true");
  await userEvent.selectOptions(page.getByRole("combobox", { name: "Method" }), "POST");
  await expect.element(page.getByRole("textbox", { name: "Body" })).toBeVisible();
  tab("Body").element().focus();
  await userEvent.keyboard("{ArrowRight}");
  await expect.element(tab("Headers"), { message: "after the last tab comes the first one" }).toHaveFocus();
  await expect.element(page.getByRole("tabpanel", { name: "Headers" })).toHaveTextContent(/^Host ?127\.0\.0\.1:7420\b/);
  await userEvent.selectOptions(page.getByRole("combobox", { name: "Method" }), "GET");
  await expect.element(tab("Headers"), { message: "a chosen tab stays" }).toHaveAttribute("aria-selected", "true");
});

test("headers are those that are sent", async () => {
  const { stores } = await mountPlayground();
  await tab("Headers").click();
  const panel = page.getByRole("tabpanel", { name: "Headers" });
  await expect.element(panel).not.toHaveTextContent("X-API-KEY");
  stores.playground.selectKey("pasted");
  stores.playground.updateDraft({ method: "POST", body: '{"name": "Lamp"}' });
  await expect.element(panel).toHaveTextContent(/X-API-KEY ?the selected key/);
  await expect.element(panel).toHaveTextContent(/Content-Type ?application\/json\b/);
  await expect.element(tab("Headers 3")).toBeVisible();
});

test("added headers are sent, copied, and brought back from the history", async () => {
  const { stores, sendRequest, copyText } = await mountPlayground();
  await tab("Headers").click();
  await page.getByRole("button", { name: "Add header" }).click();
  await userEvent.keyboard("X-Request-Id{Tab}it's 7");
  await page.getByRole("button", { name: "Add header" }).click();
  await userEvent.keyboard("X-Off{Tab}1");
  await page.getByRole("checkbox", { name: "Send header 2" }).click();
  await page.getByRole("button", { name: "Copy as curl" }).click();
  expect(copyText.mock.lastCall?.[0].text).toContain(String.raw`-H 'X-Request-Id: it'\''s 7'`);
  expect(copyText.mock.lastCall?.[0].text, "it is switched off").not.toContain("X-Off");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect.element(page.getByText("200 OK")).toBeVisible();
  const sent = [{ name: "X-Request-Id", value: "it's 7" }];
  expect(sendRequest.mock.lastCall?.[0].headers).toEqual(sent);
  stores.playground.setHeaderRows([]);
  for (const exchange of stores.playground.history) stores.playground.restore(exchange);
  expect(stores.playground.draft.headers).toEqual(sent);
  await expect.element(page.getByRole("textbox", { name: "Name of header 1" })).toHaveValue("X-Request-Id");
});

test("added header replaces the usual one", async () => {
  const { stores } = await mountPlayground();
  stores.playground.setHeaderRows([{ name: "host", value: "api.example", isEnabled: true }]);
  await tab("Headers 1").click();
  await expect.element(page.getByRole("tabpanel", { name: "Headers" })).not.toHaveTextContent("127.0.0.1:7420");
});

test("rejected header is shown, whichever tab is selected", async () => {
  const error = new CommandError("invalid_header", "Invalid header: Connection.", "", "headers");
  await mountPlayground({ sendRequest: () => Promise.reject(error) });
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect.element(page.getByText("Invalid header: Connection.")).toBeVisible();
});

test("rejected body is shown and focused, whichever tab is selected", async () => {
  const sendRequest = () => Promise.reject(new CommandError("body_too_large", "The body is too large.", "", "body"));
  const { stores } = await mountPlayground({ sendRequest });
  stores.playground.updateDraft({ method: "POST", body: "x" });
  await tab("Query").click();
  await page.getByRole("button", { name: "Send" }).click();
  await expect.element(page.getByRole("textbox", { name: "Body" })).toHaveFocus();
  await expect.element(page.getByText("The body is too large.")).toBeVisible();
  await tab("Query").click();
  await expect.element(addButton(), { message: "another tab can still be selected" }).toBeVisible();
});

test("another tab moves nothing below it", async () => {
  await mountPlayground();
  const before = boxes("request-parts", "copy-button", "request-history");
  for (const name of ["Body", "Headers", "Query"]) {
    await tab(name).click();
    expect(boxes("request-parts", "copy-button", "request-history"), `${name} has the same height`).toEqual(before);
  }
});

test("request is accessible in every tab", async () => {
  const { stores } = await mountPlayground();
  stores.playground.updateDraft({ path: "/search?q=desk&page=2" });
  await page.getByRole("checkbox", { name: "Send parameter 2" }).click();
  await expectAccessible();
  find("[data-part=add]").scrollIntoView();
  await tab("Headers").click();
  await expectAccessible();
  await tab("Body").click();
  await expectAccessible();
});
