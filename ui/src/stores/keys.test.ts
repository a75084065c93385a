import { beforeEach, describe, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Key } from "../host/types/Key";
import type { KeyPage } from "../host/types/KeyPage";
import { Keys } from "./keys";
import { countChanges, deferred, keyFixture, keyPageFixture, settled } from "./test-fixtures";

let stored: Key[];

const change = (id: string, fields: Partial<Key>): Key => {
  const key = keyFixture(id, fields);
  stored = stored.map((each) => (each.id === id ? key : each));
  return key;
};

function newHost() {
  return {
    listKeys: vi.fn<Host["listKeys"]>(async () => keyPageFixture(stored)),
    findKeys: vi.fn<Host["findKeys"]>(async ({ keyIds }) => stored.filter(({ id }) => keyIds.includes(id))),
    keyPosition: vi.fn<Host["keyPosition"]>(async () => null),
    copyKeyId: vi.fn<Host["copyKeyId"]>(async () => null),
    revokeKey: vi.fn<Host["revokeKey"]>(async ({ keyId }) => change(keyId, { state: "revoked" })),
    editKey: vi.fn<Host["editKey"]>(async ({ keyId, changes }) => change(keyId, { name: changes.name ?? "" })),
    disableKey: vi.fn<Host["disableKey"]>(async ({ keyId }) => change(keyId, { state: "disabled" })),
    enableKey: vi.fn<Host["enableKey"]>(async ({ keyId }) => change(keyId, {})),
    copyFromKeychain: vi.fn<Host["copyFromKeychain"]>(async () => null),
    removeFromKeychain: vi.fn<Host["removeFromKeychain"]>(async () => null),
  };
}

let host: ReturnType<typeof newHost>;
let keys: Keys;

beforeEach(async () => {
  stored = [keyFixture("a"), keyFixture("b")];
  host = newHost();
  keys = new Keys(host);
  await keys.read("e");
});

const NO_REASON = { reason: null, note: "" };

const states = () => [0, 1].map((index) => keys.list("e").rows.row(index)?.state);

describe("changing a key", () => {
  test("revoked key replaces its row, and the other row keeps its identity", async () => {
    const other = keys.list("e").rows.row(1);
    expect((await keys.revoke("a", "a", { reason: "leaked", note: " In a log " })).state).toBe("revoked");
    expect(host.revokeKey).toHaveBeenCalledWith({ keyId: "a", confirmation: "a", reason: "leaked", note: "In a log" });
    expect(states()).toEqual(["revoked", "active"]);
    expect(keys.list("e").rows.row(1)).toBe(other);
  });

  test("key is disabled and enabled again, and its list is read each time", async () => {
    await keys.disable(keyFixture("a"));
    expect(states()).toEqual(["disabled", "active"]);
    await keys.enable(keyFixture("a"));
    expect(states()).toEqual(["active", "active"]);
    expect(host.listKeys, "counts and filters follow").toHaveBeenCalledTimes(3);
  });

  test("rejected change throws and keeps the row", async () => {
    host.disableKey.mockRejectedValue(new CommandError("not_found", "Gone."));
    await expect(keys.disable(keyFixture("a"))).rejects.toThrow("Gone.");
    expect(states()).toEqual(["active", "active"]);
  });

  test("change succeeds even if the list cannot be read afterwards", async () => {
    host.listKeys.mockRejectedValue(new CommandError("database_busy", "Busy."));
    await expect(keys.disable(keyFixture("a"))).resolves.toMatchObject({ state: "disabled" });
    expect(states()).toEqual(["disabled", "active"]);
    expect(keys.list("e").failure?.message).toBe("Busy.");
  });

  test("read that began before the change does not restore the old row", async () => {
    const older = deferred<KeyPage>();
    host.listKeys.mockReturnValueOnce(older.promise);
    const reading = keys.read("e");
    const before = keyPageFixture(stored);
    await keys.revoke("a", null, NO_REASON);
    older.resolve(before);
    await reading;
    expect(states()).toEqual(["revoked", "active"]);
  });

  test("key of an unread list is not listed alone", async () => {
    host.revokeKey.mockResolvedValue(keyFixture("c", { environmentId: "other", state: "revoked" }));
    await keys.revoke("c", null, NO_REASON);
    expect(keys.isRead("other")).toBe(false);
  });
});

describe("single keys", () => {
  beforeEach(() => {
    stored = [...stored, keyFixture("c"), keyFixture("d")];
  });

  test("requests of several elements are one command, and an unknown key is null", async () => {
    keys.request(["c"]);
    keys.request(["d", "c", "unknown"]);
    await settled();
    expect(host.findKeys.mock.calls).toEqual([[{ keyIds: ["c", "d", "unknown"] }]]);
    expect(["a", "c", "unknown"].map((id) => keys.find(id)?.id)).toEqual(["a", "c", undefined]);
    keys.request(["c", "unknown"]);
    await settled();
    expect(host.findKeys).toHaveBeenCalledTimes(1);
  });

  test("they follow changes", async () => {
    keys.request(["c"]);
    await settled();
    await keys.disable(keyFixture("c"));
    expect(keys.find("c")?.state).toBe("disabled");
    change("c", { state: "revoked" });
    await keys.refreshSingles();
    expect(keys.find("c")?.state).toBe("revoked");
  });

  test("unchanged keys announce no change, and a failed read keeps them", async () => {
    keys.request(["c"]);
    await settled();
    const changes = countChanges(keys);
    await keys.refreshSingles();
    host.findKeys.mockRejectedValueOnce(new CommandError("database_busy", "Busy."));
    await keys.refreshSingles();
    expect([changes(), keys.find("c")?.id]).toEqual([0, "c"]);
  });

  test("their number is bounded", async () => {
    keys.request(Array.from({ length: 250 }, (_, index) => `key ${index}`));
    await settled();
    await keys.refreshSingles();
    expect(host.findKeys.mock.lastCall?.[0].keyIds).toHaveLength(200);
  });
});

describe("keychain commands", () => {
  test("key is busy while its command runs", async () => {
    const response = deferred<null>();
    host.copyFromKeychain.mockReturnValue(response.promise);
    const copying = keys.copyFromKeychain(keyFixture("a"));
    expect([...keys.busy]).toEqual(["a"]);
    response.resolve(null);
    await copying;
    expect(keys.busy.size).toBe(0);
  });

  test("key is not busy after its command failed", async () => {
    host.copyFromKeychain.mockRejectedValue(new CommandError("keychain_locked", "Locked."));
    await expect(keys.copyFromKeychain(keyFixture("a"))).rejects.toThrow("Locked.");
    expect(keys.busy.size).toBe(0);
  });

  test("list is read again after a removal", async () => {
    await keys.removeFromKeychain(keyFixture("a"));
    expect(host.listKeys).toHaveBeenCalledTimes(2);
  });
});
