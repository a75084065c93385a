import { type CommandError, toCommandError } from "../host/command-error";
import { keepIdentity } from "../lib/keep-identity";
import { LatestRead } from "../lib/latest-read";
import { Store } from "../lib/store";

/**
 * Lists by the id of their owner, as Rust last sent them. A known list is shown immediately and read again in the
 * background.
 */
export abstract class ListStore<Row extends { id: string }> extends Store {
  /** Why a list could not be read, by the id of its owner. */
  readonly failures = new Map<string, CommandError>();

  protected readonly lists = new Map<string, Row[]>();
  protected readonly reads = new LatestRead();

  protected abstract list(ownerId: string): Promise<Row[]>;

  /** Reads a list. Never fails: an error is kept in `failures`. */
  read(ownerId: string): Promise<void> {
    return this.reads.run(
      ownerId,
      () => this.list(ownerId),
      (rows) => this.set(ownerId, rows),
      (error) => {
        this.failures.set(ownerId, toCommandError(error));
        this.changed();
      },
    );
  }

  set(ownerId: string, rows: Row[]): void {
    const before = this.lists.get(ownerId);
    const after = keepIdentity(before, rows);
    const hadFailed = this.failures.delete(ownerId);
    if (after === before && !hadFailed) return;
    this.lists.set(ownerId, after);
    this.changed();
  }

  /** Drops what is known about an owner that was deleted. */
  forget(ownerId: string): void {
    this.reads.cancel(ownerId);
    this.failures.delete(ownerId);
    if (this.lists.delete(ownerId)) this.changed();
  }
}
