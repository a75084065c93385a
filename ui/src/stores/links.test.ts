import { beforeEach, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { LinkedPlace } from "../host/types/LinkedPlace";
import { gatewayHref, keysHref, overviewHref, parseRoute } from "../routes";
import type { Stores } from ".";
import {
  environmentFixture,
  FakeAddress,
  fakeStores,
  gatewayFixture,
  keyPageFixture,
  projectFixture,
  promptFixture,
  settled,
  startFixture,
} from "./test-fixtures";

const NOT_FOUND = new CommandError("not_found", "No environment named qa in Acme Shop.", "It may have been deleted.");

const place = (fields: Partial<LinkedPlace> = {}): LinkedPlace => ({
  projectId: "p",
  environmentId: "e",
  tab: "gateway",
  ...fields,
});

let links: LinkedPlace[];
let host: Partial<Host>;
let address: FakeAddress;
let stores: Stores;

beforeEach(async () => {
  links = [place()];
  host = {
    takeLink: vi.fn<Host["takeLink"]>(async () => links.pop() ?? null),
    start: vi.fn<Host["start"]>(async () => startFixture()),
    listProjects: vi.fn<Host["listProjects"]>(async () => [projectFixture("p"), projectFixture("new")]),
    listEnvironments: vi.fn<Host["listEnvironments"]>(async ({ projectId }) => [
      environmentFixture(projectId === "p" ? "e" : "f", { projectId, activeKeys: projectId === "p" ? 1 : 0 }),
    ]),
    listKeys: async () => keyPageFixture([]),
    showGateway: async () => gatewayFixture(),
    listRequests: async () => ({ requests: [], hasMore: false, total: 0, unlogged: 0 }),
    listRequestKeys: async () => [],
    environmentActivity: async () => ({ hours: [], idleKeys: [], idleKeyCount: 0 }),
  };
  address = new FakeAddress();
  stores = fakeStores(host, address);
  stores.projects.set([projectFixture("p")]);
});

test("link opens its place", async () => {
  expect(await stores.links.open()).toBe(true);
  expect(stores.navigation.route).toEqual(parseRoute(gatewayHref("p", "e")));
});

test("link without a tab opens the environment where it always opens", async () => {
  links = [place({ tab: null })];
  await stores.links.open();
  expect(address.read(), "it has active keys").toBe(keysHref("p", "e"));
  links = [place({ projectId: "new", environmentId: "f", tab: null })];
  await stores.links.open();
  expect(address.read(), "it has none").toBe(overviewHref("new", "f"));
});

test("link to a project that another program just created reads the projects first", async () => {
  links = [place({ projectId: "new", environmentId: "f" })];
  await stores.links.open();
  expect(stores.projects.find("new"), "an unknown project would be replaced by another one").not.toBeNull();
  expect(stores.environments.find("new", "f")).not.toBeNull();
});

test("link to an unknown place is reported and changes nothing", async () => {
  host.takeLink = () => Promise.reject(NOT_FOUND);
  expect(await stores.links.open()).toBe(false);
  expect(stores.toasts.list.map(({ text }) => text)).toEqual([NOT_FOUND.message]);
  expect(address.written).toEqual([]);
});

test("link waits until the prompt is closed, and only the last one is opened", async () => {
  stores.prompt.open(promptFixture({ copied: true, state: "revoked", key: null }));
  expect(await stores.links.open()).toBe(false);
  links = [place({ tab: "playground" })];
  await stores.links.open();
  await settled();
  expect(address.written, "the prompt is still open").toEqual([]);
  expect(host.takeLink).not.toHaveBeenCalled();
  host.closePrompt = async () => ({ activated: false }) as never;
  await stores.prompt.close();
  await stores.navigation.go(keysHref("p", "e")); // as the Close button does
  await settled();
  await settled();
  expect(address.read()).toContain("playground");
  expect(host.takeLink).toHaveBeenCalledOnce();
});

test("waiting link is dropped when the user goes elsewhere on purpose", async () => {
  stores.prompt.open(promptFixture({ copied: true, state: "revoked", key: null }));
  await stores.links.open();
  links = [place()];
  await stores.links.drop();
  expect(host.takeLink, "Rust keeps it until it is taken").toHaveBeenCalledOnce();
  expect(stores.toasts.list).toHaveLength(1);
  host.closePrompt = async () => ({ activated: false }) as never;
  await stores.prompt.close();
  await settled();
  await settled();
  expect(address.written).toEqual([]);
});

test("link waits until the dialog is closed", async () => {
  void stores.dialogs.open({ kind: "new-project" });
  await stores.links.open();
  const { current } = stores.dialogs;
  expect(address.written).toEqual([]);
  stores.dialogs.close(current?.id ?? 0);
  await settled();
  await settled();
  expect(address.read()).toBe(gatewayHref("p", "e"));
});

test("dialog that opens while the place is looked up is not left", async () => {
  host.takeLink = async () => {
    void stores.dialogs.open({ kind: "new-project" });
    return place();
  };
  expect(await stores.links.open()).toBe(false);
  expect(address.written).toEqual([]);
  host.takeLink = async () => null;
  stores.dialogs.close(stores.dialogs.current?.id ?? 0);
  await settled();
  await settled();
  expect(address.read(), "it is not lost").toBe(gatewayHref("p", "e"));
});

test("link that started the program determines the first page", async () => {
  stores.session.start = startFixture({ hasLink: true });
  stores.navigation.lastRoute = parseRoute(keysHref("p", "e"));
  await stores.navigation.showFirst();
  expect(address.written).toEqual([`push ${gatewayHref("p", "e")}`]);
  expect(stores.navigation.lastRoute).toBeNull();
});

test("link to an unknown place at the start shows the last place", async () => {
  host.takeLink = () => Promise.reject(NOT_FOUND);
  stores.session.start = startFixture({ hasLink: true });
  stores.navigation.lastRoute = parseRoute(keysHref("p", "e"));
  await stores.navigation.showFirst();
  expect(address.written).toEqual([`replace ${keysHref("p", "e")}`]);
});
