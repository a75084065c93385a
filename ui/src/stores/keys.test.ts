import { beforeEach, describe, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Key } from "../host/types/Key";
import { Keys } from "./keys";
import { countChanges, deferred, keyFixture } from "./test-fixtures";

function newHost() {
  return {
    listKeys: vi.fn<Host["listKeys"]>(async () => [keyFixture("a"), keyFixture("b")]),
    revokeKey: vi.fn<Host["revokeKey"]>(async ({ keyId }) => keyFixture(keyId, { state: "revoked" })),
    disableKey: vi.fn<Host["disableKey"]>(async ({ keyId }) => keyFixture(keyId, { state: "disabled" })),
    enableKey: vi.fn<Host["enableKey"]>(async ({ keyId }) => keyFixture(keyId)),
    copyFromKeychain: vi.fn<Host["copyFromKeychain"]>(async () => null),
    removeFromKeychain: vi.fn<Host["removeFromKeychain"]>(async () => null),
  };
}

let host: ReturnType<typeof newHost>;
let keys: Keys;

beforeEach(async () => {
  host = newHost();
  keys = new Keys(host);
  await keys.read("e");
});

const states = () => keys.byEnvironment.get("e")?.map(({ state }) => state);

describe("changing a key", () => {
  test("revoked key replaces its row, and the other row keeps its identity", async () => {
    const other = keys.byEnvironment.get("e")?.[1];
    expect((await keys.revoke("a", "a")).state).toBe("revoked");
    expect(host.revokeKey).toHaveBeenCalledWith({ keyId: "a", confirmation: "a" });
    expect(states()).toEqual(["revoked", "active"]);
    expect(keys.byEnvironment.get("e")?.[1]).toBe(other);
    expect(host.listKeys, "the response is enough").toHaveBeenCalledTimes(1);
  });

  test("key is disabled and enabled again", async () => {
    await keys.disable(keyFixture("a"));
    expect(states()).toEqual(["disabled", "active"]);
    await keys.enable(keyFixture("a"));
    expect(states()).toEqual(["active", "active"]);
  });

  test("rejected change throws and keeps the row", async () => {
    host.disableKey.mockRejectedValue(new CommandError("not_found", "Gone."));
    await expect(keys.disable(keyFixture("a"))).rejects.toThrow("Gone.");
    expect(states()).toEqual(["active", "active"]);
  });

  test("read that began before the change does not restore the old row", async () => {
    const older = deferred<Key[]>();
    host.listKeys.mockReturnValueOnce(older.promise);
    const reading = keys.read("e");
    host.listKeys.mockResolvedValueOnce([keyFixture("a", { state: "revoked" }), keyFixture("b")]);
    await keys.revoke("a", null);
    older.resolve([keyFixture("a"), keyFixture("b")]);
    await reading;
    expect(states()).toEqual(["revoked", "active"]);
  });

  test("key of an unread list is not listed alone", async () => {
    host.revokeKey.mockResolvedValue(keyFixture("c", { environmentId: "other", state: "revoked" }));
    await keys.revoke("c", null);
    expect(keys.byEnvironment.has("other")).toBe(false);
  });
});

describe("reading", () => {
  test("unchanged list announces no change", async () => {
    const changes = countChanges(keys);
    await keys.read("e");
    expect(changes()).toBe(0);
  });

  test("error is kept by environment", async () => {
    host.listKeys.mockRejectedValueOnce(new CommandError("not_found", "Gone."));
    await keys.read("deleted");
    expect([...keys.failures].map(([id, { message }]) => [id, message])).toEqual([["deleted", "Gone."]]);
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

  test("list is read again after a removal, and a failed read does not fail it", async () => {
    host.listKeys.mockRejectedValueOnce(new CommandError("database_busy", "Busy."));
    await expect(keys.removeFromKeychain(keyFixture("a"))).resolves.toBeUndefined();
    expect(host.listKeys).toHaveBeenCalledTimes(2);
    expect(keys.failures.get("e")?.message).toBe("Busy.");
  });
});
