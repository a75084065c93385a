import { toCommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { KeychainStatus } from "../host/types/KeychainStatus";
import { LatestRead } from "../lib/latest-read";
import { Store } from "../lib/store";

export class Keychain extends Store {
  /** Null until it was read. */
  status: KeychainStatus | null = null;

  private readonly host: Pick<Host, "keychainStatus">;
  private readonly reads = new LatestRead();

  constructor(host: Pick<Host, "keychainStatus">) {
    super();
    this.host = host;
  }

  /** `fallbackName` names the keychain if its status cannot be read. */
  read(fallbackName: string): Promise<void> {
    this.setStatus(null);
    return this.reads.run(
      "status",
      () => this.host.keychainStatus(),
      (status) => this.setStatus(status),
      (error) => {
        const { message, advice } = toCommandError(error);
        this.setStatus({ state: "failed", name: fallbackName, message, advice });
      },
    );
  }

  private setStatus(status: KeychainStatus | null): void {
    this.status = status;
    this.changed();
  }
}
