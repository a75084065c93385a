/**
 * The gateways: which ones run, the last known state of each one shown, and those that can be restarted. Rust decides;
 * this keeps its responses.
 */
import { toHostError } from "../host-error.js";
import { strings } from "../strings.js";

/** @typedef {import("../types/Gateway").Gateway} Gateway */
/** @typedef {import("../types/RestorableGateway").RestorableGateway} RestorableGateway */
/** @typedef {import("../types/RunningGateway").RunningGateway} RunningGateway */
/** @typedef {import("../types/RouteRule").RouteRule} RouteRule */
/** @typedef {import("../host-error.js").HostError} HostError */
/** @typedef {{preserveHost: boolean, allowPreflight: boolean, sample: boolean, rules: RouteRule[]}} GatewayFields */

export class Gateways {
  /**
   * @param {Pick<typeof import("../host.js"), "showGateway" | "startGateway" | "stopGateway" | "editGateway">} host
   * @param {() => void} changed
   */
  constructor(host, changed) {
    this.host = host;
    this.changed = changed;
    /** @type {Map<string, string>} the address of each that runs, by environment */
    this.running = new Map();
    /** @type {Map<string, Gateway>} by environment */
    this.known = new Map();
    /** @type {Map<string, HostError>} by environment, why it could not be read */
    this.failures = new Map();
    /** @type {RestorableGateway[]} */
    this.offers = [];
    /** @type {Set<string>} environments whose gateway is being started or stopped */
    this.busy = new Set();
    /** @type {Promise<unknown>} the last edit; each starts from the result of the one before */
    this.lastEdit = Promise.resolve();
  }

  /** @param {{gateways: RunningGateway[], restorable: RestorableGateway[]}} started */
  begin({ gateways, restorable }) {
    this.offers = restorable;
    this.receive(gateways);
  }

  /** @param {RunningGateway[]} running all running gateways */
  receive(running) {
    this.running = new Map(running.map(({ environmentId, address }) => [environmentId, address]));
    this.offers = this.offers.filter(({ environmentId }) => !this.running.has(environmentId));
    for (const [id, gateway] of this.known) {
      const address = this.running.get(id);
      const runs = address !== undefined;
      this.known.set(id, {
        ...gateway,
        running: runs,
        address: address ?? gateway.address,
        conflict: runs ? null : gateway.conflict,
      });
    }
    this.changed();
  }

  /** @param {string} environmentId */
  async read(environmentId) {
    try {
      const gateway = await this.host.showGateway({ environmentId });
      // Only the response to a start contains the conflict; it is kept until the next start or stop.
      const conflict = gateway.running ? null : (this.known.get(environmentId)?.conflict ?? null);
      this.known.set(environmentId, { ...gateway, conflict: gateway.conflict ?? conflict });
      this.failures.delete(environmentId);
    } catch (thrown) {
      this.failures.set(environmentId, toHostError(thrown));
    }
    this.changed();
  }

  /**
   * @param {string} environmentId
   * @param {number | null} port the new port; null keeps the current one or picks a free one
   * @returns {Promise<Gateway | null>} null if it is already being started or stopped
   */
  start(environmentId, port = null) {
    return this.whileBusy(environmentId, () => this.host.startGateway({ environmentId, port }));
  }

  /**
   * Stops the gateway and removes the offer to restart it.
   *
   * @param {string} environmentId
   */
  stop(environmentId) {
    return this.whileBusy(environmentId, () => this.host.stopGateway({ environmentId }));
  }

  /**
   * @param {string} environmentId
   * @param {() => Promise<Gateway>} act
   */
  async whileBusy(environmentId, act) {
    if (this.busy.has(environmentId)) return null;
    this.busy = new Set(this.busy).add(environmentId);
    this.changed();
    try {
      const gateway = await act();
      this.offers = this.offers.filter((offer) => offer.environmentId !== environmentId);
      this.store(gateway);
      return gateway;
    } finally {
      this.busy = new Set([...this.busy].filter((id) => id !== environmentId));
      this.changed();
    }
  }

  /** @param {Gateway} gateway */
  store(gateway) {
    const { environmentId, running, address } = gateway;
    this.known.set(environmentId, gateway);
    this.running = new Map(this.running);
    if (running && address !== null) this.running.set(environmentId, address);
    else this.running.delete(environmentId);
  }

  /**
   * Changes the given settings and keeps the others.
   *
   * @param {string} environmentId
   * @param {Partial<GatewayFields>} changes
   * @returns {Promise<Gateway>}
   */
  edit(environmentId, changes) {
    const edited = this.lastEdit.then(async () => {
      if (!this.known.has(environmentId)) await this.read(environmentId);
      const gateway = this.known.get(environmentId);
      if (!gateway) throw this.failures.get(environmentId);
      const { preserveHost, allowPreflight, sample, rules } = gateway;
      const response = await this.host.editGateway({ environmentId, preserveHost, allowPreflight, sample, rules, ...changes });
      this.store({ ...response, conflict: response.running ? null : gateway.conflict });
      this.changed();
      return response;
    });
    this.lastEdit = edited.catch(() => null); // its caller gets the error; the next edit must still run
    return edited;
  }
}

/** The number of offers shown in full. */
const OFFERS_SHOWN = 3;

/**
 * @param {RestorableGateway[]} offers
 * @returns {{first: RestorableGateway[], more: number}}
 */
export const shownOffers = (offers) => ({
  first: offers.slice(0, OFFERS_SHOWN),
  more: Math.max(0, offers.length - OFFERS_SHOWN),
});

/**
 * Returns why the gateway did not start on its port, and what to do.
 *
 * @param {import("../types/PortConflict").PortConflict} conflict
 */
export function conflictSentence({ port, owner, suggestion }) {
  const { portInUse, stopProgram, switchPort } = strings.gateway;
  return `${portInUse(port, owner)} ${suggestion === null ? stopProgram : switchPort(suggestion)}`;
}
