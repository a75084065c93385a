import type { Host } from "../host/host";
import type { AppEvent } from "../host/types/AppEvent";
import type { Decision } from "../host/types/Decision";
import { Store } from "../lib/store";
import { strings } from "../strings";
import { type DecisionFilter, filterDecisions, NO_FILTER } from "./decision-filter";

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

/**
 * The recent decisions of one environment's gateway, newest first. Changes up to ten times a second. Elements see only
 * the filtered `rows`, `since` and the counts, wherever the decisions are kept.
 */
export class DecisionLog extends Store {
  environmentId: string | null = null;
  list: Decision[] = [];
  isLoaded = false;
  /** The counts since the environment was shown. */
  counts: Readonly<Counts> = NO_COUNTS;
  /** The list as it was when it was paused. */
  paused: { list: Decision[]; counts: Readonly<Counts> } | null = null;
  /** The decision whose details are shown. It stays when it leaves the list. */
  selected: Decision | null = null;

  private readonly host: Pick<Host, "listDecisions">;
  /** When this process began to keep decisions, as far as the window knows. */
  private readonly startedAt: number;
  private readonly filters = new Map<string, DecisionFilter>();
  /** Whether no decision was missed since the list was read. */
  private isComplete = false;
  /** Counts how often the list became incomplete. */
  private invalidations = 0;

  constructor(host: Pick<Host, "listDecisions">, startedAt = performance.timeOrigin) {
    super();
    this.host = host;
    this.startedAt = startedAt;
  }

  async show(environmentId: string): Promise<void> {
    if (this.environmentId !== environmentId) {
      this.environmentId = environmentId;
      this.list = [];
      this.isLoaded = false;
      this.invalidate();
      this.counts = NO_COUNTS;
      this.paused = null;
      this.selected = null;
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

  select(decision: Decision | null): void {
    this.selected = decision;
    this.changed();
  }

  /** The filter of the shown environment, kept for the session. */
  get filter(): Readonly<DecisionFilter> {
    return this.filters.get(this.environmentId ?? "") ?? NO_FILTER;
  }

  setFilter(changes: Partial<DecisionFilter>): void {
    if (this.environmentId === null) return;
    this.filters.set(this.environmentId, { ...this.filter, ...changes });
    this.changed();
  }

  /** All decisions that can be shown: while paused, those of that moment. */
  get entries(): Decision[] {
    return this.paused?.list ?? this.list;
  }

  /** The entries that match the filter. */
  get rows(): Decision[] {
    return filterDecisions(this.entries, this.filter);
  }

  /** The time since which no decision is missing, except skipped ones. */
  get since(): number {
    const oldest = this.list.at(-1)?.at ?? this.startedAt;
    return this.list.length >= MAX_ENTRIES ? oldest : Math.min(oldest, this.startedAt);
  }

  /** The number of requests since the list was paused. */
  get pendingCount(): number {
    return this.paused ? total(difference(this.paused.counts, this.counts)) : 0;
  }

  /** Drops the filter of a deleted environment. */
  forget(environmentId: string): void {
    this.filters.delete(environmentId);
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
