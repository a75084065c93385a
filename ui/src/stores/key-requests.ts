import type { Host } from "../host/host";
import type { LoggedRequest } from "../host/types/LoggedRequest";
import { LatestRead } from "../lib/latest-read";
import { Store } from "../lib/store";

/** The requests that are read of a key, so that the clients of a disabled key are complete. */
export const MAX_KEY_REQUESTS = 100;

/** The newest requests with one key. */
export class KeyRequests extends Store {
  keyId: string | null = null;
  /** Null until they were read, or if they cannot be read; the request log itself reports why. */
  rows: LoggedRequest[] | null = null;

  private readonly host: Pick<Host, "listRequests">;
  private readonly reads = new LatestRead();
  private environmentId = "";
  private watchers = 0;
  private isStale = false;
  private mustReadAgain = false;

  constructor(host: Pick<Host, "listRequests">) {
    super();
    this.host = host;
  }

  /** Reads the requests of a key, unless they are known. */
  async show(environmentId: string, keyId: string): Promise<void> {
    if (this.watchers === 0 || (this.keyId === keyId && !this.isStale)) return;
    this.environmentId = environmentId;
    this.keyId = keyId;
    this.rows = null;
    this.changed();
    await this.read();
  }

  /** Keeps the requests up to date until the returned function is called. Then they are forgotten. */
  watch(): () => void {
    this.watchers += 1;
    return () => {
      this.watchers -= 1;
      if (this.watchers === 0) this.keyId = null;
    };
  }

  /** There are new requests. Those that come in during a read are read after it. */
  async receive(): Promise<void> {
    if (this.watchers === 0) {
      this.isStale = true;
      return;
    }
    if (this.reads.isRunning("requests")) {
      this.mustReadAgain = true;
      return;
    }
    await this.read();
    if (!this.mustReadAgain) return;
    this.mustReadAgain = false;
    await this.receive();
  }

  private async read(): Promise<void> {
    const { environmentId, keyId } = this;
    if (keyId === null) return;
    this.isStale = false;
    await this.reads.run(
      "requests",
      () => this.host.listRequests({ environmentId, query: { keyId, limit: MAX_KEY_REQUESTS } }),
      ({ requests }) => {
        if (keyId !== this.keyId) return;
        this.rows = requests;
        this.changed();
      },
      () => {},
    );
  }
}
