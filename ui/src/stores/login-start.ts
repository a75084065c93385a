import { toCommandError } from "../host/command-error";
import type { Host } from "../host/host";
import { LatestRead } from "../lib/latest-read";
import { Store } from "../lib/store";

/** Whether the system starts Keystile at login. Only the system stores it, and other programs may change it. */
export class LoginStart extends Store {
  /** Null until it was read, and if it cannot be read. */
  isOn: boolean | null = null;

  private readonly host: Pick<Host, "startsAtLogin" | "setStartAtLogin">;
  private readonly reads = new LatestRead();

  constructor(host: Pick<Host, "startsAtLogin" | "setStartAtLogin">) {
    super();
    this.host = host;
  }

  read(): Promise<void> {
    return this.reads.run(
      "login",
      () => this.host.startsAtLogin(),
      (isOn) => this.set(isOn),
      () => this.set(null),
    );
  }

  /** Shows the change immediately, then the state of the system. */
  async turn(on: boolean): Promise<void> {
    const before = this.isOn;
    this.reads.cancel("login"); // its result is older than this change
    this.set(on);
    try {
      this.set(await this.host.setStartAtLogin({ on }));
    } catch (error) {
      this.set(before);
      throw toCommandError(error);
    }
  }

  private set(isOn: boolean | null): void {
    this.isOn = isOn;
    this.changed();
  }
}
