import { type CommandError, toCommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Gateway } from "../host/types/Gateway";
import type { GatewayChanges } from "../host/types/GatewayChanges";
import type { PortConflict } from "../host/types/PortConflict";
import type { RestorableGateway } from "../host/types/RestorableGateway";
import type { RunningGateway } from "../host/types/RunningGateway";
import type { Start } from "../host/types/Start";
import { LatestRead } from "../lib/latest-read";
import { Store } from "../lib/store";
import { strings } from "../strings";

type GatewayCommands = Pick<Host, "showGateway" | "startGateway" | "stopGateway" | "editGateway">;

/** The gateways by environment: which ones run, the last known state of each one shown, and what can be restarted. */
export class Gateways extends Store {
  /** The addresses of the running gateways. */
  running = new Map<string, string>();
  readonly byEnvironment: ReadonlyMap<string, Gateway>;
  readonly failures = new Map<string, CommandError>();
  /** Those that ran when the program last ended and do not run now. */
  restorable: RestorableGateway[] = [];
  /** The environments whose gateway is being started or stopped. */
  busy: ReadonlySet<string> = new Set();

  private readonly host: GatewayCommands;
  private readonly gateways = new Map<string, Gateway>();
  private readonly reads = new LatestRead();
  /** Edits are stored in the order in which they were made. */
  private editQueue: Promise<unknown> = Promise.resolve();

  constructor(host: GatewayCommands) {
    super();
    this.host = host;
    this.byEnvironment = this.gateways;
  }

  init({ gateways, restorable }: Pick<Start, "gateways" | "restorable">): void {
    this.restorable = restorable;
    this.setRunning(gateways);
  }

  /** `list` contains all running gateways. */
  setRunning(list: RunningGateway[]): void {
    this.running = new Map(list.map(({ environmentId, address }) => [environmentId, address]));
    this.restorable = this.restorable.filter(({ environmentId }) => !this.running.has(environmentId));
    for (const [id, gateway] of this.byEnvironment) {
      const address = this.running.get(id);
      const running = address !== undefined;
      this.gateways.set(id, {
        ...gateway,
        running,
        address: address ?? gateway.address,
        conflict: running ? null : gateway.conflict,
      });
    }
    // A read that began before the change may still return the old state.
    for (const id of this.reads.ids) void this.read(id);
    this.changed();
  }

  /** Reads a gateway. Never fails: an error is kept in `failures`. */
  read(environmentId: string): Promise<void> {
    return this.reads.run(
      environmentId,
      () => this.host.showGateway({ environmentId }),
      (gateway) => {
        // Only the response to a start contains the conflict; it is kept until the next start or stop.
        const conflict = gateway.running ? null : (this.byEnvironment.get(environmentId)?.conflict ?? null);
        this.gateways.set(environmentId, { ...gateway, conflict: gateway.conflict ?? conflict });
        this.failures.delete(environmentId);
        this.changed();
      },
      (error) => {
        this.failures.set(environmentId, toCommandError(error));
        this.changed();
      },
    );
  }

  /**
   * Starts a gateway and returns its state, or null if it is already being started or stopped. A `port` of null keeps
   * the current port or picks a free one.
   */
  start(environmentId: string, port: number | null = null): Promise<Gateway | null> {
    return this.withBusy(environmentId, () => this.host.startGateway({ environmentId, port }));
  }

  /** Stops the gateway and removes the offer to restart it. */
  stop(environmentId: string): Promise<Gateway | null> {
    return this.withBusy(environmentId, () => this.host.stopGateway({ environmentId }));
  }

  /** Changes the given settings and keeps the others. Rules that another program changed meanwhile are not replaced. */
  edit(environmentId: string, changes: GatewayChanges): Promise<Gateway> {
    const edited = this.editQueue.then(async () => {
      const known = this.byEnvironment.get(environmentId)?.rules;
      const knownRules = changes.rules && known ? { knownRules: known } : {};
      const response = await this.host.editGateway({ environmentId, changes: { ...changes, ...knownRules } });
      const conflict = this.byEnvironment.get(environmentId)?.conflict ?? null;
      this.replace({ ...response, conflict: response.running ? null : conflict });
      this.changed();
      return response;
    });
    this.editQueue = edited.catch(() => null); // its caller gets the error; the next edit must still run
    return edited;
  }

  /** Whether a gateway has an API to forward requests to. */
  hasUpstream(environmentId: string): boolean {
    const gateway = this.byEnvironment.get(environmentId);
    return gateway !== undefined && (gateway.sample || gateway.endpoint !== null);
  }

  /** Drops what is known about the gateway of a deleted environment. */
  forget(environmentId: string): void {
    this.reads.cancel(environmentId);
    this.failures.delete(environmentId);
    this.restorable = this.restorable.filter((gateway) => gateway.environmentId !== environmentId);
    this.gateways.delete(environmentId);
    this.changed();
  }

  private async withBusy(environmentId: string, run: () => Promise<Gateway>): Promise<Gateway | null> {
    if (this.busy.has(environmentId)) return null;
    this.busy = new Set(this.busy).add(environmentId);
    this.changed();
    try {
      const gateway = await run();
      this.restorable = this.restorable.filter((each) => each.environmentId !== environmentId);
      this.replace(gateway);
      return gateway;
    } finally {
      this.busy = new Set([...this.busy].filter((id) => id !== environmentId));
      this.changed();
    }
  }

  /** Sets the state after a command. A read that began before it may still return the old state. */
  private replace(gateway: Gateway): void {
    const { environmentId, running, address } = gateway;
    this.reads.cancel(environmentId);
    this.failures.delete(environmentId);
    this.gateways.set(environmentId, gateway);
    this.running = new Map(this.running);
    if (running && address !== null) this.running.set(environmentId, address);
    else this.running.delete(environmentId);
  }
}

/** Returns the URL of a gateway, without a path; empty before its first start. */
export const gatewayUrl = (gateway: Gateway | undefined): string =>
  gateway?.address ? `http://${gateway.address}` : "";

/** The number of restorable gateways shown in full. */
const MAX_SHOWN = 3;

export function visibleRestorable(list: RestorableGateway[]): { first: RestorableGateway[]; more: number } {
  return { first: list.slice(0, MAX_SHOWN), more: Math.max(0, list.length - MAX_SHOWN) };
}

/** Returns why the gateway, or what else `stopProgram` names, did not start on its port, and what to do. */
export function portConflictMessage(
  { port, owner, suggestion }: PortConflict,
  stopProgram = strings.gateway.stopProgram,
): string {
  const { portInUse, switchPort } = strings.gateway;
  return `${portInUse(port, owner)} ${suggestion === null ? stopProgram : switchPort(suggestion)}`;
}
