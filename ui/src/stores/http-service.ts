import type { Host } from "../host/host";
import type { HttpServiceState } from "../host/types/HttpServiceState";
import { Store } from "../lib/store";

type HttpServiceCommands = Pick<Host, "startHttpService" | "stopHttpService">;

/** The HTTP service of this process, which checks keys for other proxies. */
export class HttpService extends Store {
  /** Null until the start. */
  state: HttpServiceState | null = null;
  /** Whether it is being started or stopped. */
  isBusy = false;

  private readonly host: HttpServiceCommands;

  constructor(host: HttpServiceCommands) {
    super();
    this.host = host;
  }

  set(state: HttpServiceState): void {
    // Only the response to a start contains the conflict; it is kept until the next start or stop.
    const conflict = state.running ? null : (state.conflict ?? this.state?.conflict ?? null);
    this.state = { ...state, conflict };
    this.changed();
  }

  /** Whether it checked keys of this environment since its start. */
  guards(environmentId: string): boolean {
    return this.state?.running === true && this.state.environmentIds.includes(environmentId);
  }

  /** Starts it on its port, or on another one, which it then keeps. Does nothing while it is being started or stopped. */
  start(port: number | null = null): Promise<void> {
    return this.withBusy(() => this.host.startHttpService({ port }));
  }

  /** Stops it and removes the offer to restart it. */
  stop(): Promise<void> {
    return this.withBusy(() => this.host.stopHttpService());
  }

  private async withBusy(run: () => Promise<HttpServiceState>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.changed();
    try {
      this.state = await run();
    } finally {
      this.isBusy = false;
      this.changed();
    }
  }
}
