import { beforeEach, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Stores } from "../stores";
import { environmentFixture, FakeAddress, fakeStores, gatewayFixture, projectFixture } from "../stores/test-fixtures";
import { startGateway, stopGateway } from "./gateway";

vi.stubGlobal("document", { querySelector: () => null });

const ENVIRONMENT = environmentFixture("e");

const host = {
  listProjects: vi.fn<Host["listProjects"]>(async () => [projectFixture("p")]),
  listEnvironments: vi.fn<Host["listEnvironments"]>(async () => [ENVIRONMENT]),
  listRequests: vi.fn<Host["listRequests"]>(async () => ({ requests: [], hasMore: false, total: 0, unlogged: 0 })),
  listRequestKeys: vi.fn<Host["listRequestKeys"]>(async () => []),
  showGateway: vi.fn<Host["showGateway"]>(async () => gatewayFixture()),
  startGateway: vi.fn<Host["startGateway"]>(async () => gatewayFixture({ running: true })),
  stopGateway: vi.fn<Host["stopGateway"]>(async () => gatewayFixture()),
  endTrial: vi.fn<Host["endTrial"]>(async () => null),
};

let address: FakeAddress;
let stores: Stores;

beforeEach(async () => {
  vi.clearAllMocks();
  address = new FakeAddress();
  stores = fakeStores(host, address);
  await stores.projects.read();
});

test("gateway with an endpoint starts where one is", async () => {
  await startGateway(stores, ENVIRONMENT);
  expect(host.startGateway).toHaveBeenCalledExactlyOnceWith({ environmentId: "e", port: null });
  expect(address.written).toEqual([]);
});

test("missing endpoint leads to the Gateway tab", async () => {
  host.showGateway.mockResolvedValueOnce(gatewayFixture({ endpoint: null }));
  await startGateway(stores, ENVIRONMENT);
  expect(host.startGateway).not.toHaveBeenCalled();
  expect(address.written).toEqual(["push #/projects/p/environments/e/gateway"]);
});

test("port in use leads to the Gateway tab, which suggests another one", async () => {
  const conflict = { port: 7420, owner: null, suggestion: 7421 };
  host.startGateway.mockResolvedValueOnce(gatewayFixture({ conflict }));
  await startGateway(stores, ENVIRONMENT);
  expect(address.written).toEqual(["push #/projects/p/environments/e/gateway"]);
  expect(stores.gateways.byEnvironment.get("e")?.conflict).toEqual(conflict);
});

test("failures are shown", async () => {
  host.startGateway.mockRejectedValueOnce(new CommandError("busy", "The database is busy."));
  await startGateway(stores, ENVIRONMENT);
  host.stopGateway.mockRejectedValueOnce(new CommandError("busy", "The database is still busy."));
  await stopGateway(stores, ENVIRONMENT);
  expect(stores.toasts.list.map(({ text }) => text)).toEqual(["The database is busy.", "The database is still busy."]);
});
