import { describe, expect, test, vi } from "vitest";
import type { Host } from "../host/host";
import type { Gateway } from "../host/types/Gateway";
import type { RouteRule } from "../host/types/RouteRule";
import type { RestorableGateway } from "../host/types/RestorableGateway";
import { Gateways, portConflictMessage, visibleRestorable } from "./gateways";
import { deferred, gatewayFixture } from "./test-fixtures";

const conflict = { port: 7420, owner: "node (pid 812)", suggestion: 7421 };

const restorable = (environmentId: string): RestorableGateway => ({
  environmentId,
  environmentName: environmentId,
  projectId: "p",
  projectName: "Acme Shop",
  address: "127.0.0.1:7420",
});

function newGateways() {
  const host = {
    showGateway: vi.fn<Host["showGateway"]>(async () => gatewayFixture()),
    startGateway: vi.fn<Host["startGateway"]>(async ({ port }) =>
      gatewayFixture({ running: true, address: `127.0.0.1:${port ?? 7420}` }),
    ),
    stopGateway: vi.fn<Host["stopGateway"]>(async () => gatewayFixture()),
    editGateway: vi.fn<Host["editGateway"]>(async ({ changes }) => gatewayFixture(changes)),
  };
  return { host, gateways: new Gateways(host) };
}

describe("starting", () => {
  test("port conflict is kept until the gateway runs", async () => {
    const { host, gateways } = newGateways();
    host.startGateway.mockResolvedValueOnce(gatewayFixture({ conflict }));
    await gateways.start("e");
    await gateways.read("e");
    gateways.setRunning([]);
    expect(gateways.byEnvironment.get("e")?.conflict, "reading again must not clear the conflict").toEqual(conflict);
    await gateways.start("e", 7421);
    expect(host.startGateway).toHaveBeenLastCalledWith({ environmentId: "e", port: 7421 });
    expect(gateways.byEnvironment.get("e")?.conflict).toBeNull();
    expect(gateways.running.get("e")).toBe("127.0.0.1:7421");
  });

  test("second start is ignored while starting", async () => {
    const { host, gateways } = newGateways();
    const [, second] = await Promise.all([gateways.start("e"), gateways.start("e")]);
    expect(second).toBeNull();
    expect(host.startGateway).toHaveBeenCalledTimes(1);
  });

  test("running state follows Rust", async () => {
    const { gateways } = newGateways();
    await gateways.read("e");
    gateways.setRunning([{ environmentId: "e", address: "127.0.0.1:7430" }]);
    expect(gateways.byEnvironment.get("e")).toMatchObject({ running: true, address: "127.0.0.1:7430" });
    gateways.setRunning([]);
    const stopped = { running: false, address: "127.0.0.1:7430" };
    expect(gateways.byEnvironment.get("e"), "the address is shown while it is stopped").toMatchObject(stopped);
  });
});

describe("reading", () => {
  test("read that began before a start does not overwrite its result", async () => {
    const { host, gateways } = newGateways();
    const read = deferred<Gateway>();
    host.showGateway.mockReturnValueOnce(read.promise);
    const reading = gateways.read("e");
    await gateways.start("e");
    read.resolve(gatewayFixture({ running: false }));
    await reading;
    expect(gateways.byEnvironment.get("e")?.running).toBe(true);
  });

  test("read that began before a gateway stopped does not show it running", async () => {
    const { host, gateways } = newGateways();
    const older = deferred<Gateway>();
    host.showGateway.mockReturnValueOnce(older.promise);
    const reading = gateways.read("e");
    gateways.setRunning([]);
    older.resolve(gatewayFixture({ running: true }));
    await reading;
    expect(gateways.byEnvironment.get("e")?.running).toBe(false);
  });

  test("error is kept until the next successful read", async () => {
    const { host, gateways } = newGateways();
    host.showGateway.mockRejectedValueOnce({ code: "database_busy", message: "Busy." });
    await gateways.read("e");
    expect(gateways.failures.get("e")?.message).toBe("Busy.");
    await gateways.read("e");
    expect(gateways.failures.size).toBe(0);
  });

  test("deleted environment is forgotten", async () => {
    const { gateways } = newGateways();
    gateways.init({ gateways: [], restorable: [restorable("e")] });
    await gateways.read("e");
    gateways.forget("e");
    expect([gateways.byEnvironment.size, gateways.restorable]).toEqual([0, []]);
  });
});

describe("restorable gateways", () => {
  test("more than three are counted", () => {
    const { first, more } = visibleRestorable(["a", "b", "c", "d", "e"].map(restorable));
    expect(first.map(({ environmentId }) => environmentId)).toEqual(["a", "b", "c"]);
    expect(more).toBe(2);
    expect(visibleRestorable([restorable("a")]).more).toBe(0);
  });

  test("gateway is removed when it is stopped or runs", async () => {
    const { gateways } = newGateways();
    gateways.init({ gateways: [], restorable: ["e", "other", "third"].map(restorable) });
    await gateways.stop("e");
    gateways.setRunning([{ environmentId: "other", address: "127.0.0.1:7421" }]);
    expect(gateways.restorable.map(({ environmentId }) => environmentId)).toEqual(["third"]);
  });

  test("gateway is kept when its start fails", async () => {
    const { host, gateways } = newGateways();
    gateways.init({ gateways: [], restorable: [restorable("e")] });
    host.startGateway.mockRejectedValueOnce(new Error("no"));
    await expect(gateways.start("e")).rejects.toThrow("no");
    expect(gateways.restorable).toHaveLength(1);
    expect(gateways.busy.size).toBe(0);
  });
});

describe("edits", () => {
  test("edit sends only its changes, because another program may have changed the rest", async () => {
    const { host, gateways } = newGateways();
    await gateways.read("e");
    await Promise.all([gateways.edit("e", { preserveHost: false }), gateways.edit("e", { allowPreflight: true })]);
    expect(host.editGateway.mock.calls).toEqual([
      [{ environmentId: "e", changes: { preserveHost: false } }],
      [{ environmentId: "e", changes: { allowPreflight: true } }],
    ]);
  });

  test("failed edit does not block the next", async () => {
    const { host, gateways } = newGateways();
    await gateways.read("e");
    host.editGateway.mockRejectedValueOnce(new Error("no"));
    await expect(gateways.edit("e", { sample: true })).rejects.toThrow("no");
    await gateways.edit("e", { preserveHost: false });
    expect(gateways.byEnvironment.get("e")).toMatchObject({ sample: false, preserveHost: false });
  });

  test("rules are sent with those they were made from", async () => {
    const { host, gateways } = newGateways();
    await gateways.read("e");
    const rule: RouteRule = { method: null, path: "/health", access: "open" };
    await Promise.all([gateways.edit("e", { rules: [rule] }), gateways.edit("e", { rules: [] })]);
    expect(host.editGateway.mock.calls.map(([{ changes }]) => changes)).toEqual([
      { rules: [rule], knownRules: [] },
      { rules: [], knownRules: [rule] },
    ]);
  });

  test("gateway that was never read can be edited", async () => {
    const { gateways } = newGateways();
    await gateways.edit("e", { sample: true });
    expect(gateways.byEnvironment.get("e")?.sample).toBe(true);
  });
});

const switchPort = "Port 7420 is in use by node (pid 812). Switch to 7421?";
const unknownOwner = "Port 7420 is in use by another program. Switch to 7421?";
const noFreePort = "Port 7420 is in use by node (pid 812). Stop that program, then start the gateway again.";

test.each([
  [conflict, switchPort],
  [{ ...conflict, owner: null }, unknownOwner],
  [{ ...conflict, suggestion: null }, noFreePort],
])("port conflict names the program and the next step: %j", (portConflict, sentence) => {
  expect(portConflictMessage(portConflict)).toBe(sentence);
});
