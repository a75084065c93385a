import { toCommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Notice } from "../host/types/Notice";
import { LatestRead } from "../lib/latest-read";
import { Store } from "../lib/store";

/** Notices about keys whose prompt ended without Close. */
export class Notices extends Store {
  list: Notice[] = [];

  private readonly host: Pick<Host, "listNotices" | "acknowledgeNotice">;
  private readonly reads = new LatestRead();

  constructor(host: Pick<Host, "listNotices" | "acknowledgeNotice">) {
    super();
    this.host = host;
  }

  set(notices: Notice[]): void {
    this.list = notices;
    this.changed();
  }

  read(): Promise<void> {
    return this.reads.run(
      "notices",
      () => this.host.listNotices(),
      (notices) => this.set(notices),
      (error) => {
        throw toCommandError(error);
      },
    );
  }

  /** Hides a notice immediately. If Rust rejects that, the next read shows it again. */
  async acknowledge(notice: Notice): Promise<void> {
    this.reads.cancel("notices"); // its result may still contain this notice
    this.set(this.list.filter(({ keyId }) => keyId !== notice.keyId));
    try {
      await this.host.acknowledgeNotice({ keyId: notice.keyId });
    } catch (error) {
      throw toCommandError(error);
    }
  }

  /** Acknowledges the notice about a key, if there is one. */
  async dismissKey(keyId: string): Promise<void> {
    const notice = this.list.find((listed) => listed.keyId === keyId);
    if (notice) await this.acknowledge(notice);
  }
}
