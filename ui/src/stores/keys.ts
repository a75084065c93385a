import type { Host } from "../host/host";
import type { Key } from "../host/types/Key";
import type { KeyChanges } from "../host/types/KeyChanges";
import type { RevokeReason } from "../host/types/RevokeReason";
import { Store } from "../lib/store";
import { KeyList } from "./key-list";

type KeyCommands = Pick<
  Host,
  | "listKeys"
  | "findKeys"
  | "keyPosition"
  | "copyKeyId"
  | "editKey"
  | "revokeKey"
  | "disableKey"
  | "enableKey"
  | "copyFromKeychain"
  | "removeFromKeychain"
>;

/** Why a key is revoked. */
export interface Revocation {
  reason: RevokeReason | null;
  note: string;
}

/** The number of single keys that are kept: as many as the request log has rows. */
const MAX_SINGLE_KEYS = 200;

/** The keys: the list of each environment, and single keys that an element asked for by their ids. */
export class Keys extends Store {
  /** The ids of the keys with a running keychain command. */
  busy: ReadonlySet<string> = new Set();

  private readonly host: KeyCommands;
  private readonly lists = new Map<string, KeyList>();
  /** Null until they are read, and if they do not exist. */
  private readonly singles = new Map<string, Key | null>();
  private readonly unread = new Set<string>();

  constructor(host: KeyCommands) {
    super();
    this.host = host;
  }

  /** Returns the list of an environment, which may not have been read yet. */
  list(environmentId: string): KeyList {
    const known = this.lists.get(environmentId);
    if (known) return known;
    const list = new KeyList(environmentId, this.host, () => this.changed());
    this.lists.set(environmentId, list);
    return list;
  }

  /** Reads the list of an environment as it is shown. Never fails: the list keeps its error. */
  read(environmentId: string): Promise<void> {
    return this.list(environmentId).read();
  }

  /** Returns whether the list of an environment was read. */
  isRead(environmentId: string): boolean {
    return this.lists.get(environmentId)?.isRead ?? false;
  }

  /** Returns a key that was requested, which follows all changes, or one of a list. */
  find(keyId: string): Key | null {
    const single = this.singles.get(keyId);
    if (single) return single;
    for (const { rows } of this.lists.values()) {
      const key = rows.row(rows.indexOf(keyId));
      if (key) return key;
    }
    return null;
  }

  /** Reads keys that an element shows without their list. */
  request(keyIds: string[]): void {
    const wasEmpty = this.unread.size === 0;
    for (const id of keyIds) {
      if (this.singles.has(id)) continue;
      this.singles.set(id, null);
      this.unread.add(id);
    }
    const excess = Math.max(0, this.singles.size - MAX_SINGLE_KEYS);
    for (const id of [...this.singles.keys()].slice(0, excess)) this.singles.delete(id);
    // All elements that render now ask with one command.
    if (wasEmpty && this.unread.size > 0) queueMicrotask(() => void this.readSingles());
  }

  /** Reads requested keys again; by default all. Never fails: they stay as they are. */
  refreshSingles(keyIds: readonly string[] = [...this.singles.keys()]): Promise<void> {
    for (const id of keyIds) if (this.singles.has(id)) this.unread.add(id);
    return this.readSingles();
  }

  async edit(keyId: string, changes: KeyChanges): Promise<Key> {
    const key = await this.host.editKey({ keyId, changes });
    await this.replace(key);
    return key;
  }

  async revoke(keyId: string, confirmation: string | null, { reason, note }: Revocation): Promise<Key> {
    const key = await this.host.revokeKey({ keyId, confirmation, reason, note: note.trim() || null });
    await this.replace(key);
    return key;
  }

  /** A pause of null disables the key until it is enabled. */
  async disable({ id: keyId }: Key, pauseSeconds: number | null = null): Promise<Key> {
    const key = await this.host.disableKey({ keyId, pauseSeconds });
    await this.replace(key);
    return key;
  }

  async enable(key: Key): Promise<void> {
    await this.replace(await this.host.enableKey({ keyId: key.id }));
  }

  /** Copies the prefix and the id. */
  async copyId({ id: keyId }: Key): Promise<void> {
    await this.host.copyKeyId({ keyId });
  }

  copyFromKeychain(key: Key): Promise<void> {
    return this.withBusy(key, () => this.host.copyFromKeychain({ keyId: key.id }));
  }

  removeFromKeychain(key: Key): Promise<void> {
    return this.withBusy(key, async () => {
      await this.host.removeFromKeychain({ keyId: key.id });
      await this.replace({ ...key, keychain: false });
    });
  }

  /** Drops what is known about an environment that was deleted. */
  forget(environmentId: string): void {
    for (const [id, key] of this.singles) if (key?.environmentId === environmentId) this.singles.delete(id);
    if (this.lists.delete(environmentId)) this.changed();
  }

  /** Replaces a changed key everywhere, and reads its list again if it is shown. */
  async replace(key: Key): Promise<void> {
    if (this.singles.has(key.id)) this.singles.set(key.id, key);
    const list = this.lists.get(key.environmentId);
    if (list?.isRead) await list.replace(key);
    else this.changed();
  }

  private async readSingles(): Promise<void> {
    const keyIds = [...this.unread];
    this.unread.clear();
    if (keyIds.length === 0) return;
    let keys: Key[];
    try {
      keys = await this.host.findKeys({ keyIds });
    } catch {
      return; // the next change reads them again
    }
    const before = JSON.stringify([...this.singles]);
    for (const id of keyIds) if (this.singles.has(id)) this.singles.set(id, keys.find((key) => key.id === id) ?? null);
    if (before !== JSON.stringify([...this.singles])) this.changed();
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
