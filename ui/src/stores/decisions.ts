import type { Host } from "../host/host";
import type { AppEvent } from "../host/types/AppEvent";
import type { Decision } from "../host/types/Decision";
import { Store } from "../lib/store";
import { strings } from "../strings";

/** The number of decisions kept, as many as Rust keeps. */
export const MAX_ENTRIES = 200;
/** The number of rows drawn while the log is not paused. */
export const MAX_VISIBLE = 50;

/** Counts of requests. */
export interface Counts {
  allowed: number;
  denied: number;
  /** Requests whose decisions Rust left out, because there were too many. */
  skipped: number;
}

const NO_COUNTS: Readonly<Counts> = { allowed: 0, denied: 0, skipped: 0 };

/** Whether the request was allowed but failed afterwards, for example because the API timed out. */
export const failedAfterAllow = ({ allowed, code }: Pick<Decision, "allowed" | "code">): boolean =>
  allowed && code !== "allowed";

/** The recent decisions of one environment's gateway, newest first. Changes up to ten times a second. */
export class DecisionLog extends Store {
  environmentId: string | null = null;
  list: Decision[] = [];
  isLoaded = false;
  /** The counts since the environment was shown. */
  counts: Readonly<Counts> = NO_COUNTS;
  /** The list as it was when it was paused. */
  paused: { list: Decision[]; counts: Readonly<Counts> } | null = null;

  private readonly host: Pick<Host, "listDecisions">;
  /** Whether no decision was missed since the list was read. */
  private isComplete = false;
  /** Counts how often the list became incomplete. */
  private invalidations = 0;

  constructor(host: Pick<Host, "listDecisions">) {
    super();
    this.host = host;
  }

  async show(environmentId: string): Promise<void> {
    if (this.environmentId !== environmentId) {
      this.environmentId = environmentId;
      this.list = [];
      this.isLoaded = false;
      this.invalidate();
      this.counts = NO_COUNTS;
      this.paused = null;
      this.changed();
    }
    if (this.isComplete) return;
    const { invalidations } = this;
    const listed = await this.host.listDecisions({ environmentId });
    if (this.environmentId !== environmentId) return;
    // Decisions received while the list was being read are newer.
    this.list = merge(listed, this.list).list;
    this.isLoaded = true;
    if (invalidations === this.invalidations) this.isComplete = true;
    this.changed();
  }

  /** Marks the list as incomplete, so that it is read again when it is shown next. */
  invalidate(): void {
    this.isComplete = false;
    this.invalidations += 1;
  }

  /** Adds decisions, oldest first. */
  append({ environmentId, decisions, skipped }: Omit<Extract<AppEvent, { kind: "decisions" }>, "kind">): void {
    if (environmentId !== this.environmentId) return;
    const { list, added } = merge(this.list, decisions.toReversed());
    const allowed = added.filter((decision) => decision.allowed).length;
    this.counts = {
      allowed: this.counts.allowed + allowed,
      denied: this.counts.denied + added.length - allowed,
      skipped: this.counts.skipped + skipped,
    };
    this.list = list;
    this.changed();
  }

  pause(): void {
    this.paused = { list: this.list, counts: this.counts };
    this.changed();
  }

  resume(): void {
    this.paused = null;
    this.changed();
  }

  /** The rows to draw: all decisions while paused, otherwise the newest. */
  get shown(): Decision[] {
    return this.paused ? this.paused.list : this.list.slice(0, MAX_VISIBLE);
  }

  /** The number of requests since the list was paused. */
  get pendingCount(): number {
    return this.paused ? total(difference(this.paused.counts, this.counts)) : 0;
  }
}

/**
 * Merges two lists, newest first; each decision is listed once, at most `MAX_ENTRIES`. `added` are those of `more` that
 * were not in `list`.
 */
function merge(list: Decision[], more: Decision[]): { list: Decision[]; added: Decision[] } {
  const known = new Set(list.map(({ id }) => id));
  const added = more.filter(({ id }) => !known.has(id));
  if (added.length === 0) return { list, added };
  const merged = [...added, ...list];
  // Ids increase, so decisions received in order need no sorting.
  const [oldestAdded, newestKnown] = [added.at(-1), list[0]];
  if (oldestAdded && newestKnown && oldestAdded.id < newestKnown.id) merged.sort((a, b) => b.id - a.id);
  return { list: merged.slice(0, MAX_ENTRIES), added };
}

const total = ({ allowed, denied, skipped }: Counts): number => allowed + denied + skipped;

const difference = (before: Counts, now: Counts): Counts => ({
  allowed: now.allowed - before.allowed,
  denied: now.denied - before.denied,
  skipped: now.skipped - before.skipped,
});

/** Summarizes the requests between two counts for a screen reader; null if there were none. */
export function summarize(before: Counts, now: Counts): string | null {
  const { allowed, denied, skipped } = difference(before, now);
  if (allowed + denied + skipped === 0) return null;
  return strings.decisions.summary({ allowed, denied, notShown: skipped });
}
