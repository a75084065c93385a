import { beforeEach, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Stores } from "../stores";
import { environmentFixture, fakeStores, keyPageFixture, projectFixture, promptFixture, settled } from "../stores/test-fixtures";
import { plainKey } from "../stores/key-input";
import { createSampleProject } from "./project";

function newHost() {
  return {
    createSample: vi.fn<Host["createSample"]>(async () => ({
      project: projectFixture(),
      environment: environmentFixture("e", { name: "sample" }),
    })),
    issueKey: vi.fn<Host["issueKey"]>(async () => promptFixture({ name: "reader" })),
    listEnvironments: vi.fn<Host["listEnvironments"]>(async () => [environmentFixture("e", { name: "sample" })]),
    listKeys: vi.fn<Host["listKeys"]>(async () => keyPageFixture([])),
  };
}

let host: ReturnType<typeof newHost>;
let stores: Stores;

beforeEach(() => {
  host = newHost();
  stores = fakeStores(host);
});

test("sample project opens the prompt of a read-only key", async () => {
  await createSampleProject(stores);
  expect(host.issueKey).toHaveBeenCalledWith(expect.objectContaining({ key: plainKey("reader", false) }));
  expect(stores.prompt.prompt?.name).toBe("reader");
  expect(stores.navigation.route).toMatchObject({ page: "environment", environmentId: "e", tab: "keys" });
  await settled();
});

test("sample project is shown without a key if issuing fails", async () => {
  host.issueKey.mockRejectedValue(new CommandError("database_busy", "The database is busy."));
  await createSampleProject(stores);
  expect(stores.navigation.route).toMatchObject({ page: "environment", environmentId: "e", tab: "keys" });
  expect(stores.prompt.isOpen).toBe(false);
  expect(stores.toasts.list[0]?.text, "the user must learn why there is no key").toBe("The database is busy.");
  await settled();
});
