import { beforeEach, describe, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { ChangedRows } from "../host/types/ChangedRows";
import type { Project } from "../host/types/Project";
import { environmentsHref, gatewayHref, keysHref, parseRoute, playgroundHref, settingsHref } from "../routes";
import type { Stores } from ".";
import {
  deferred,
  environmentFixture,
  FakeAddress,
  fakeStores,
  gatewayFixture,
  keyFixture, keyPageFixture,
  projectFixture,
  trialFixture,
} from "./test-fixtures";

const busy = () => Promise.reject(new CommandError("database_busy", "The database is busy."));

function newHost() {
  return {
    listProjects: vi.fn<Host["listProjects"]>(async () => [projectFixture("p"), projectFixture("q")]),
    listEnvironments: vi.fn<Host["listEnvironments"]>(async () => [environmentFixture()]),
    listKeys: vi.fn<Host["listKeys"]>(async () => keyPageFixture([keyFixture()])),
    keyPosition: vi.fn<Host["keyPosition"]>(async ({ keyId }) => (keyId === "k" ? 0 : null)),
    showGateway: vi.fn<Host["showGateway"]>(async () => gatewayFixture()),
    listRequests: vi.fn<Host["listRequests"]>(async () => ({ requests: [], hasMore: false, total: 0, unlogged: 0 })),
    listRequestKeys: vi.fn<Host["listRequestKeys"]>(async () => []),
    listNotices: vi.fn<Host["listNotices"]>(async () => []),
    endTrial: vi.fn<Host["endTrial"]>(async () => null),
  };
}

let host: ReturnType<typeof newHost>;
let address: FakeAddress;
let stores: Stores;

beforeEach(async () => {
  host = newHost();
  address = new FakeAddress();
  stores = fakeStores(host, address);
  await stores.projects.read();
});

describe("first page", () => {
  const start = async (hash: string, lastPlace: string) => {
    if (hash) address.push(hash);
    const first = fakeStores(host, address);
    await first.projects.read();
    const lastRoute = parseRoute(lastPlace);
    first.navigation.lastRoute = lastRoute.page === "start" ? null : lastRoute;
    address.written.length = 0;
    await first.navigation.showFirst();
    return { route: first.navigation.route, written: address.written };
  };

  test("last place is reopened", async () => {
    const { route, written } = await start("", gatewayHref("p", "e"));
    expect(route).toMatchObject({ page: "environment", tab: "gateway" });
    expect(written).toEqual([`replace ${gatewayHref("p", "e")}`]);
  });

  test("place in the address is before the last place, as after a reload", async () => {
    expect((await start(settingsHref, gatewayHref("p", "e"))).route).toEqual({ page: "settings" });
  });

  const gone = [keysHref("gone", "e"), keysHref("p", "gone"), "#/nonsense"];
  test.for(gone)("%s falls back to the start", async (place) => {
    expect((await start("", place)).route).toEqual({ page: "start" });
  });
});

describe("going to a route", () => {
  test("route of the address is shown first", () => {
    address.push(settingsHref);
    expect(fakeStores(host, address).navigation.route).toEqual({ page: "settings" });
  });

  test("go pushes the address and resolves when the lists are read", async () => {
    await stores.navigation.go(keysHref("p", "e"));
    expect(address.written).toEqual(["push #/projects/p/environments/e/keys"]);
    expect(stores.navigation.route).toMatchObject({ page: "environment", tab: "keys" });
    expect(stores.environments.find("p", "e")).not.toBeNull();
    expect(stores.keys.list("e").rows.total).toBe(1);
    expect(host.showGateway, "the header shows the gateway").toHaveBeenCalledOnce();
  });

  test("replace writes no new entry", async () => {
    await stores.navigation.replace(environmentsHref("p"));
    expect(address.written).toEqual(["replace #/projects/p/environments"]);
    expect(stores.navigation.route).toEqual({ page: "environments", projectId: "p" });
  });

  test("show does not write the address", async () => {
    await stores.navigation.show(parseRoute(settingsHref));
    expect(address.written).toEqual([]);
    expect(stores.navigation.route).toEqual({ page: "settings" });
  });

  test("gateway tab reads its gateway and requests", async () => {
    await stores.navigation.go(gatewayHref("p", "e"));
    expect(stores.gateways.byEnvironment.has("e")).toBe(true);
    expect(stores.requests.environmentId).toBe("e");
  });

  test("unreadable request log does not fail the navigation", async () => {
    host.listRequests.mockImplementation(busy);
    await stores.navigation.go(gatewayHref("p", "e"));
    expect(stores.requests.failure?.message).toBe("The database is busy.");
  });
});

describe("the project in the sidebar", () => {
  test("project of the last route is kept where the route has none", async () => {
    await stores.navigation.go(environmentsHref("q"));
    await stores.navigation.go(settingsHref);
    expect(stores.navigation.project?.id).toBe("q");
  });

  test("unknown project is replaced by the first one", () => {
    stores.navigation.projectId = "deleted";
    expect(stores.navigation.project?.id).toBe("p");
  });

  test("there is none without projects", () => {
    stores.projects.set([]);
    expect(stores.navigation.project).toBeNull();
  });
});

describe("reading usage", () => {
  const reads = async (href: string) => {
    await stores.navigation.go(href);
    for (const command of Object.values(host)) command.mockClear();
    await stores.navigation.loadUsage();
    return Object.entries(host)
      .filter(([, command]) => command.mock.calls.length > 0)
      .map(([name]) => name);
  };

  test("usage of the list of keys is read", async () => {
    expect(await reads(keysHref("p", "e"))).toEqual(["listEnvironments", "listKeys"]);
  });

  test("usage of environments is read", async () => {
    expect(await reads(environmentsHref("p"))).toEqual(["listEnvironments"]);
  });

  test("settings show no usage", async () => {
    expect(await reads(settingsHref)).toEqual([]);
  });
});

describe("the first page is loaded", () => {
  test.each([environmentsHref("p"), keysHref("p", "e"), gatewayHref("p", "e")])("when %s was read", async (href) => {
    const shown = stores.navigation.go(href);
    expect(stores.navigation.isLoaded).toBe(false);
    await shown;
    expect(stores.navigation.isLoaded).toBe(true);
  });

  test("when its environments could not be read", async () => {
    host.listEnvironments.mockImplementation(busy);
    await stores.navigation.go(keysHref("p", "e"));
    expect(stores.navigation.isLoaded).toBe(true);
  });

  test("not while the route has an unknown project", async () => {
    await stores.navigation.go(environmentsHref("deleted"));
    expect(stores.navigation.isLoaded).toBe(false);
  });

  test("without projects, because nothing is read", () => {
    stores.projects.set([]);
    expect(stores.navigation.isLoaded).toBe(true);
  });
});

describe("the highlighted key", () => {
  test("key is kept for its list", async () => {
    stores.navigation.highlightedKey = { environmentId: "e", keyId: "k" };
    await stores.navigation.go(keysHref("p", "e"));
    expect(stores.navigation.highlightedKey?.keyId).toBe("k");
  });

  test("key that is not in its list is dropped", async () => {
    stores.navigation.highlightedKey = { environmentId: "e", keyId: "gone" };
    await stores.navigation.go(keysHref("p", "e"));
    expect(stores.navigation.highlightedKey, "a later visit must not look for it").toBeNull();
  });

  test("key is dropped at another route", async () => {
    stores.navigation.highlightedKey = { environmentId: "e", keyId: "k" };
    await stores.navigation.go(settingsHref);
    expect(stores.navigation.highlightedKey).toBeNull();
  });
});

describe("the trial key", () => {
  test.each([settingsHref, playgroundHref("p", "f"), environmentsHref("p")])(
    "trial ends at %s",
    async (href) => {
      stores.playground.setTrial(trialFixture());
      await stores.navigation.go(playgroundHref("p", "e"));
      expect(stores.playground.trialKey?.name).toBe("reader");
      await stores.navigation.go(playgroundHref("p", "e"));
      await stores.navigation.go(gatewayHref("p", "e"));
      expect(host.endTrial, "another tab of the environment does not end it").not.toHaveBeenCalled();
      await stores.navigation.go(href);
      expect(host.endTrial).toHaveBeenCalledTimes(1);
    },
  );
});

describe("refresh", () => {
  test("refresh reads projects, the route, and notices", async () => {
    await stores.navigation.go(keysHref("p", "e"));
    for (const command of Object.values(host)) command.mockClear();
    await stores.navigation.refresh();
    const { listProjects, listEnvironments, listKeys, listNotices } = host;
    for (const command of [listProjects, listEnvironments, listKeys, listNotices]) {
      expect(command).toHaveBeenCalledTimes(1);
    }
  });

  const NOTHING: ChangedRows = { projectIds: [], environmentIds: [], keyEnvironmentIds: [], keyIds: [] };
  test.each<[string, ChangedRows, string[]]>([
    ["a gateway", { ...NOTHING, environmentIds: ["e"] }, ["listKeys", "showGateway"]],
    ["another gateway", { ...NOTHING, environmentIds: ["f"] }, []],
    ["a project", { ...NOTHING, projectIds: ["p"] }, ["listEnvironments", "listNotices", "listProjects"]],
    ["another project", { ...NOTHING, projectIds: ["q"] }, ["listNotices", "listProjects"]],
    [
      "a key",
      { ...NOTHING, projectIds: ["p"], keyEnvironmentIds: ["e"], keyIds: ["k"] },
      ["listEnvironments", "listKeys", "listNotices", "listProjects"],
    ],
    ["nothing shown", NOTHING, []],
  ])("refresh after a change of %s reads only what shows it", async (_change, changed, expected) => {
    await stores.navigation.go(keysHref("p", "e"));
    for (const command of Object.values(host)) command.mockClear();
    await stores.navigation.refresh(changed);
    const called = Object.entries(host).filter(([, command]) => command.mock.calls.length > 0);
    expect(called.map(([name]) => name).toSorted()).toEqual(expected);
  });

  test("changes during a refresh are read together", async () => {
    await stores.navigation.go(keysHref("p", "e"));
    const response = deferred<Project[]>();
    host.listProjects.mockReturnValueOnce(response.promise);
    const first = stores.navigation.refresh();
    for (const command of [host.listProjects, host.listKeys, host.showGateway]) command.mockClear();
    void stores.navigation.refresh({ ...NOTHING, environmentIds: ["e"] });
    void stores.navigation.refresh({ ...NOTHING, projectIds: ["q"] });
    response.resolve([projectFixture()]);
    await first;
    expect(host.showGateway).toHaveBeenCalledTimes(1);
    expect(host.listProjects).toHaveBeenCalledTimes(1);
  });

  test("calls during a refresh cause one more refresh", async () => {
    const response = deferred<Project[]>();
    host.listProjects.mockClear();
    host.listProjects.mockReturnValueOnce(response.promise);
    const refreshes = [1, 2, 3].map(() => stores.navigation.refresh());
    response.resolve([projectFixture()]);
    await Promise.all(refreshes);
    expect(host.listProjects).toHaveBeenCalledTimes(2);
    await stores.navigation.refresh();
    expect(host.listProjects, "a later refresh reads again").toHaveBeenCalledTimes(3);
  });

  test("failed refresh is reported once and keeps what is known", async () => {
    host.listProjects.mockImplementation(busy);
    host.listNotices.mockImplementation(busy);
    await stores.navigation.refresh();
    await stores.navigation.refresh();
    expect(stores.toasts.list.map(({ text }) => text)).toEqual(["The database is busy."]);
    expect(stores.projects.list).toHaveLength(2);
  });
});
