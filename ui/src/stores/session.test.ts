import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { AppEvent } from "../host/types/AppEvent";
import type { Settings } from "../host/types/Settings";
import { keysHref, parseRoute, settingsHref } from "../routes";
import type { Stores } from ".";
import {
  deferred,
  environmentFixture,
  fakeStores,
  keyFixture, keyPageFixture,
  noticeFixture,
  projectFixture,
  promptFixture,
  requestFixture,
  settled,
  startFixture,
  trialFixture,
} from "./test-fixtures";

const busy = () => Promise.reject(new CommandError("database_busy", "The database is busy."));

function newHost() {
  return {
    start: vi.fn<Host["start"]>(async () => startFixture()),
    subscribe: vi.fn<Host["subscribe"]>(async () => null),
    revealKey: vi.fn<Host["revealKey"]>(async () => promptFixture()),
    quit: vi.fn<Host["quit"]>(async () => null),
    changeSettings: vi.fn<Host["changeSettings"]>(async ({ changes }) => ({ ...startFixture().settings, ...changes })),
    listProjects: vi.fn<Host["listProjects"]>(async () => [projectFixture()]),
    listEnvironments: vi.fn<Host["listEnvironments"]>(async () => [environmentFixture()]),
    listKeys: vi.fn<Host["listKeys"]>(async () => keyPageFixture([keyFixture()])),
    listNotices: vi.fn<Host["listNotices"]>(async () => []),
    listRequests: vi.fn<Host["listRequests"]>(async () => ({ requests: [], hasMore: false, total: 0, unlogged: 0 })),
    listRequestKeys: vi.fn<Host["listRequestKeys"]>(async () => []),
  };
}

let host: ReturnType<typeof newHost>;
let stores: Stores;

beforeEach(() => {
  host = newHost();
  stores = fakeStores(host);
});

const toasts = () => stores.toasts.list.map(({ text }) => text);

describe("the start", () => {
  test("start fills the stores", async () => {
    host.start.mockResolvedValue(
      startFixture({
        notices: [noticeFixture()],
        clipboard: { seconds: 30, remainingMs: null },
        gateways: [{ environmentId: "e", address: "127.0.0.1:7420" }],
        trial: trialFixture(),
      }),
    );
    stores.navigation.projectId = "last";
    await stores.session.begin();
    expect(host.start).toHaveBeenCalledWith({ lastProject: "last" });
    const { session, projects, environments, notices, gateways, clipboard, playground } = stores;
    expect([session.start?.version, session.settings.theme, session.isStarting]).toEqual(["1.2.3", "dark", false]);
    expect([projects.list.length, environments.find("p", "e")?.name, notices.list.length]).toEqual([1, "staging", 1]);
    expect([gateways.running.get("e"), clipboard.state?.seconds]).toEqual(["127.0.0.1:7420", 30]);
    playground.enter("e", true);
    expect(playground.trialKey?.name).toBe("reader");
  });

  test("failed start can be repeated", async () => {
    host.start.mockImplementationOnce(busy);
    await stores.session.begin();
    expect([stores.session.start, stores.session.failure?.message]).toEqual([null, "The database is busy."]);
    await stores.session.begin();
    expect([stores.session.start?.version, stores.session.failure]).toEqual(["1.2.3", null]);
  });

  test("second start is ignored while starting", async () => {
    await Promise.all([stores.session.begin(), stores.session.begin()]);
    expect(host.start).toHaveBeenCalledTimes(1);
  });

  test("open prompt is shown again after a reload", async () => {
    host.start.mockResolvedValue(startFixture({ prompt: "t" }));
    await stores.session.begin();
    expect(host.revealKey).toHaveBeenCalledWith({ ticket: "t", plain: true });
    expect(stores.prompt.isOpen).toBe(true);
  });

  test("prompt that ended during the reload is not reported", async () => {
    host.start.mockResolvedValue(startFixture({ prompt: "t" }));
    host.revealKey.mockRejectedValue(new CommandError("unknown_ticket", "This prompt has ended."));
    await stores.session.begin();
    expect([stores.prompt.isOpen, toasts()]).toEqual([false, []]);
  });

  test("keychain has a name before the start", async () => {
    expect(stores.session.keychainName).toBe("the system keychain");
    await stores.session.begin();
    expect(stores.session.keychainName).toBe("GNOME Keyring");
  });
});

describe("events", () => {
  async function subscribed(): Promise<(event: AppEvent) => Promise<void>> {
    await stores.session.begin();
    await stores.navigation.go(keysHref("p", "e"));
    await stores.session.subscribe();
    const receive = host.subscribe.mock.calls[0]?.[0];
    if (!receive) throw new Error("not subscribed");
    host.listKeys.mockClear();
    return (event) => {
      receive(event);
      return settled();
    };
  }

  test("subscription reads everything shown again", async () => {
    await stores.session.begin();
    await stores.navigation.go(keysHref("p", "e"));
    host.listKeys.mockResolvedValue(keyPageFixture([keyFixture("created meanwhile")]));
    await stores.session.subscribe();
    expect(stores.session.isSubscribed).toBe(true);
    expect(stores.keys.list("e").rows.row(0)?.id).toBe("created meanwhile");
  });

  test("second subscription is ignored", async () => {
    await Promise.all([stores.session.subscribe(), stores.session.subscribe()]);
    await stores.session.subscribe();
    expect(host.subscribe).toHaveBeenCalledTimes(1);
  });

  test("change of the database reads the lists again", async () => {
    const receive = await subscribed();
    await receive({ kind: "database", changed: null });
    expect(host.listKeys).toHaveBeenCalledTimes(1);
  });

  test("change of another environment's keys does not read the list again", async () => {
    const receive = await subscribed();
    const changed = { projectIds: ["p"], environmentIds: [], keyEnvironmentIds: ["other"], keyIds: ["k"] };
    host.listEnvironments.mockClear();
    await receive({ kind: "database", changed });
    expect(host.listKeys).not.toHaveBeenCalled();
    expect(host.listEnvironments, "the count of active keys may differ").toHaveBeenCalledTimes(1);
  });

  test("usage is read again where it is shown", async () => {
    const receive = await subscribed();
    await receive({ kind: "usage" });
    expect(host.listKeys).toHaveBeenCalledTimes(1);
    await stores.navigation.go(settingsHref);
    await receive({ kind: "usage" });
    expect(host.listKeys).toHaveBeenCalledTimes(1);
  });

  test("clipboard, gateways, and requests reach their stores", async () => {
    const receive = await subscribed();
    await stores.requests.show("e");
    stores.requests.watch();
    await receive({ kind: "clipboard", state: { seconds: 45, remainingMs: null }, cleared: false, problem: null });
    await receive({ kind: "gateways", running: [{ environmentId: "e", address: "127.0.0.1:7420" }] });
    host.listRequests.mockResolvedValue({ requests: [requestFixture(1)], hasMore: false, total: 1, unlogged: 0 });
    await receive({ kind: "requests" });
    expect(stores.clipboard.state?.seconds).toBe(45);
    expect(stores.gateways.running.has("e")).toBe(true);
    expect(stores.requests.rows.map(({ id }) => id)).toEqual([1]);
  });

  test("blocked close shows the prompt", async () => {
    const receive = await subscribed();
    await receive({ kind: "closeBlocked", ticket: "t" });
    expect(stores.prompt.prompt?.ticket).toBe("t");
  });

  test("prompt that was closed with the window is left for its key", async () => {
    const receive = await subscribed();
    stores.prompt.open(promptFixture({ copied: true, state: "active" }));
    await receive({ kind: "promptClosed", ticket: "another" });
    expect(stores.prompt.isOpen, "another prompt").toBe(true);
    await receive({ kind: "promptClosed", ticket: "t" });
    expect(JSON.stringify(stores.prompt.prompt), "the text of the key is dropped").toBe("null");
    const { projectId, environmentId } = promptFixture();
    expect(stores.navigation.route).toEqual(parseRoute(keysHref(projectId, environmentId)));
  });

  test("quit with a key in the clipboard is confirmed", async () => {
    const receive = await subscribed();
    await receive({ kind: "confirmQuit", clearsClipboard: true, gateways: [], httpService: null });
    expect(stores.dialogs.isConfirmingQuit).toBe(true);
  });
});

describe("a failed subscription", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("subscription is tried again with growing delays and reported once", async () => {
    host.subscribe.mockImplementation(busy);
    await stores.session.subscribe();
    await stores.session.subscribe();
    expect(host.subscribe, "another call does not shorten the delay").toHaveBeenCalledTimes(1);
    stores.toasts.dismiss(stores.toasts.list[0]?.id ?? 0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(host.subscribe).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1999);
    expect(host.subscribe).toHaveBeenCalledTimes(2);
    host.subscribe.mockResolvedValue(null);
    await vi.advanceTimersByTimeAsync(1);
    expect(host.subscribe).toHaveBeenCalledTimes(3);
    expect([stores.session.isSubscribed, toasts()]).toEqual([true, []]);
  });
});

describe("settings", () => {
  beforeEach(() => stores.session.begin());

  test("change is shown before it is stored", async () => {
    const response = deferred<Settings>();
    host.changeSettings.mockReturnValue(response.promise);
    const changing = stores.session.changeSettings({ theme: "light" });
    expect(stores.session.settings.theme).toBe("light");
    response.resolve({ ...stores.session.settings });
    await changing;
    expect(stores.session.settings.theme).toBe("light");
  });

  test("rejected change is reverted and reported", async () => {
    host.changeSettings.mockImplementation(busy);
    await stores.session.changeSettings({ theme: "light" });
    expect([stores.session.settings.theme, toasts()]).toEqual(["dark", ["The database is busy."]]);
  });

  test("quick changes are stored one after the other and never flicker back", async () => {
    const shown: string[] = [];
    stores.session.addEventListener("change", () => shown.push(stores.session.settings.theme));
    const { session } = stores;
    await Promise.all([session.changeSettings({ theme: "light" }), session.changeSettings({ theme: "system" })]);
    expect(host.changeSettings.mock.calls.map(([{ changes }]) => changes.theme)).toEqual(["light", "system"]);
    expect(shown).toEqual(["light", "system", "system"]);
  });

  test("rejected change does not revert a later one", async () => {
    host.changeSettings.mockImplementationOnce(busy);
    const { session } = stores;
    await Promise.all([session.changeSettings({ theme: "light" }), session.changeSettings({ clipboardSeconds: 10 })]);
    expect(session.settings).toMatchObject({ theme: "dark", clipboardSeconds: 10 });
  });
});

test("failed quit is reported", async () => {
  host.quit.mockImplementation(busy);
  await stores.session.requestQuit();
  expect(host.quit).toHaveBeenCalledWith({ confirmed: false, uncleared: false });
  expect(toasts()).toEqual(["The database is busy."]);
});
