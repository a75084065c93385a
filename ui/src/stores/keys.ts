import type { Host } from "../host/host";
import type { Key } from "../host/types/Key";
import { ListStore } from "./list-store";

type KeyCommands = Pick<
  Host,
  "listKeys" | "revokeKey" | "disableKey" | "enableKey" | "copyFromKeychain" | "removeFromKeychain"
>;

export class Keys extends ListStore<Key> {
  readonly byEnvironment: ReadonlyMap<string, Key[]> = this.lists;
  /** The ids of the keys with a running keychain command. */
  busy: ReadonlySet<string> = new Set();

  private readonly host: KeyCommands;

  constructor(host: KeyCommands) {
    super();
    this.host = host;
  }

  async revoke(keyId: string, confirmation: string | null): Promise<Key> {
    const key = await this.host.revokeKey({ keyId, confirmation });
    this.replace(key);
    return key;
  }

  async disable(key: Key): Promise<void> {
    this.replace(await this.host.disableKey({ keyId: key.id }));
  }

  async enable(key: Key): Promise<void> {
    this.replace(await this.host.enableKey({ keyId: key.id }));
  }

  copyFromKeychain(key: Key): Promise<void> {
    return this.withBusy(key, () => this.host.copyFromKeychain({ keyId: key.id }));
  }

  removeFromKeychain(key: Key): Promise<void> {
    return this.withBusy(key, async () => {
      await this.host.removeFromKeychain({ keyId: key.id });
      await this.read(key.environmentId);
    });
  }

  protected override list(environmentId: string): Promise<Key[]> {
    return this.host.listKeys({ environmentId });
  }

  private replace(key: Key): void {
    const list = this.lists.get(key.environmentId);
    // A read that began before the change may still return the old key.
    const isReading = this.reads.isRunning(key.environmentId);
    if (list) this.set(key.environmentId, list.map((row) => (row.id === key.id ? key : row)));
    if (isReading) void this.read(key.environmentId);
  }

  private async withBusy(key: Key, run: () => Promise<unknown>): Promise<void> {
    this.busy = new Set(this.busy).add(key.id);
    this.changed();
    try {
      await run();
    } finally {
      this.busy = new Set([...this.busy].filter((id) => id !== key.id));
      this.changed();
    }
  }
}
