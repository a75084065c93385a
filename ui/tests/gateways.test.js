import { describe, expect, test, vi } from "vitest";
import { conflictSentence, Gateways, shownOffers } from "../src/state/gateways.js";

/** @typedef {import("../src/types/Gateway").Gateway} Gateway */

/** @param {Partial<Gateway>} [fields] @returns {Gateway} */
const gateway = (fields = {}) => ({
  environmentId: "e",
  running: false,
  address: "127.0.0.1:7420",
  endpoint: "http://localhost:8000",
  sample: false,
  preserveHost: true,
  allowPreflight: false,
  rules: [],
  conflict: null,
  ...fields,
});
const conflict = { port: 7420, owner: "node (pid 812)", suggestion: 7421 };
const offer = (/** @type {string} */ environmentId) => ({
  environmentId,
  environmentName: environmentId,
  projectId: "p",
  projectName: "Acme Shop",
  address: "127.0.0.1:7420",
});

function window() {
  const host = {
    showGateway: vi.fn(() => Promise.resolve(gateway())),
    startGateway: vi.fn((/** @type {{port: number | null}} */ { port }) =>
      Promise.resolve(gateway({ running: true, address: `127.0.0.1:${port ?? 7420}` })),
    ),
    stopGateway: vi.fn(() => Promise.resolve(gateway())),
    editGateway: vi.fn((/** @type {any} */ { environmentId, ...fields }) => Promise.resolve(gateway({ environmentId, ...fields }))),
  };
  return { host, gateways: new Gateways(/** @type {any} */ (host), () => {}) };
}

describe("starting", () => {
  test("port_conflict_is_kept_until_the_gateway_runs", async () => {
    const { host, gateways } = window();
    host.startGateway.mockResolvedValueOnce(gateway({ conflict }));
    await gateways.start("e");
    await gateways.read("e");
    gateways.receive([]);
    expect(gateways.known.get("e")?.conflict, "reading again must not clear the conflict").toEqual(conflict);
    await gateways.start("e", 7421);
    expect(host.startGateway).toHaveBeenLastCalledWith({ environmentId: "e", port: 7421 });
    expect(gateways.known.get("e")?.conflict).toBeNull();
    expect(gateways.running.get("e")).toBe("127.0.0.1:7421");
  });

  test("second_press_is_ignored_while_starting", async () => {
    const { host, gateways } = window();
    const [, second] = await Promise.all([gateways.start("e"), gateways.start("e")]);
    expect(second).toBeNull();
    expect(host.startGateway).toHaveBeenCalledTimes(1);
  });

  test("running_state_follows_rust", async () => {
    const { gateways } = window();
    await gateways.read("e");
    gateways.receive([{ environmentId: "e", address: "127.0.0.1:7430" }]);
    expect(gateways.known.get("e")).toMatchObject({ running: true, address: "127.0.0.1:7430" });
    gateways.receive([]);
    expect(gateways.known.get("e"), "the address is shown while it is stopped").toMatchObject({ running: false, address: "127.0.0.1:7430" });
  });
});

describe("offers", () => {
  test("more_than_three_offers_are_counted", () => {
    const { first, more } = shownOffers(["a", "b", "c", "d", "e"].map(offer));
    expect(first.map(({ environmentId }) => environmentId)).toEqual(["a", "b", "c"]);
    expect(more).toBe(2);
    expect(shownOffers([offer("a")]).more).toBe(0);
  });

  test("offer_is_removed_when_declined_or_when_its_gateway_runs", async () => {
    const { gateways } = window();
    gateways.begin({ gateways: [], restorable: ["e", "other", "third"].map(offer) });
    await gateways.stop("e");
    gateways.receive([{ environmentId: "other", address: "127.0.0.1:7421" }]);
    expect(gateways.offers.map(({ environmentId }) => environmentId)).toEqual(["third"]);
  });

  test("offer_is_kept_when_starting_fails", async () => {
    const { host, gateways } = window();
    gateways.begin({ gateways: [], restorable: [offer("e")] });
    host.startGateway.mockRejectedValueOnce(new Error("no"));
    await expect(gateways.start("e")).rejects.toThrow();
    expect(gateways.offers).toHaveLength(1);
    expect(gateways.busy.size).toBe(0);
  });
});

describe("edits", () => {
  test("concurrent_edits_keep_both_changes", async () => {
    const { host, gateways } = window();
    await gateways.read("e");
    await Promise.all([gateways.edit("e", { preserveHost: false }), gateways.edit("e", { allowPreflight: true })]);
    expect(host.editGateway).toHaveBeenLastCalledWith({
      environmentId: "e",
      preserveHost: false,
      allowPreflight: true,
      sample: false,
      rules: [],
    });
  });

  test("failed_edit_does_not_block_the_next", async () => {
    const { host, gateways } = window();
    await gateways.read("e");
    host.editGateway.mockRejectedValueOnce(new Error("no"));
    await expect(gateways.edit("e", { sample: true })).rejects.toThrow();
    await gateways.edit("e", { preserveHost: false });
    expect(gateways.known.get("e")).toMatchObject({ sample: false, preserveHost: false });
  });
});

test.each([
  [conflict, "Port 7420 is in use by node (pid 812). Switch to 7421?"],
  [{ ...conflict, owner: null }, "Port 7420 is in use by another program. Switch to 7421?"],
  [{ ...conflict, suggestion: null }, "Port 7420 is in use by node (pid 812). Stop that program, then start the gateway again."],
])("port_conflict_names_the_program_and_the_next_step: %j", (found, sentence) => expect(conflictSentence(found)).toBe(sentence));
