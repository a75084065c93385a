import { type CommandError, toCommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { LoggedRequest } from "../host/types/LoggedRequest";
import type { RequestKey } from "../host/types/RequestKey";
import type { RequestPage } from "../host/types/RequestPage";
import { LatestRead } from "../lib/latest-read";
import { Store } from "../lib/store";
import { strings } from "../strings";
import { NO_FILTER, type RequestFilter, requestQuery } from "./request-filter";

/** The requests that are read at a time. */
export const PAGE_SIZE = 100;
/** Rows that are kept while the newest are shown. Older ones are read again when they are scrolled to. */
const MAX_LIVE_ROWS = 2 * PAGE_SIZE;
/** The largest page that Rust sends. */
const MAX_PAGE_SIZE = 1000;

/** Counts of requests. */
export interface Counts {
  allowed: number;
  denied: number;
  /** How often there were more new requests than were read. */
  gaps: number;
}

const NO_COUNTS: Readonly<Counts> = { allowed: 0, denied: 0, gaps: 0 };

/** Whether the request was allowed but failed afterwards, for example because the API timed out. */
export const failedAfterAllow = ({ allowed, code }: Pick<LoggedRequest, "allowed" | "code">): boolean =>
  allowed && code !== "allowed";

/**
 * The request log of one environment, newest first: the rows from the newest to the oldest that was read. Rows are added
 * on top while they are watched and not paused.
 */
export class Requests extends Store {
  environmentId: string | null = null;
  rows: LoggedRequest[] = [];
  /** The number of requests that match the filter. */
  total = 0;
  /** Requests that this program did not log, because there were too many at a time. */
  unlogged = 0;
  isLoaded = false;
  isPaused = false;
  /** The number of new requests since the list was paused; at most `PAGE_SIZE`. */
  pendingCount = 0;
  /** Why the log could not be read. */
  failure: CommandError | null = null;
  /** The keys that the log names, sorted by name. */
  keys: RequestKey[] = [];
  /** The counts since the environment was shown. */
  counts: Readonly<Counts> = NO_COUNTS;
  /** The request whose details are shown. It stays when it leaves the list. */
  selected: LoggedRequest | null = null;

  private readonly host: Pick<Host, "listRequests" | "listRequestKeys">;
  private readonly filters = new Map<string, RequestFilter>();
  private readonly reads = new LatestRead();
  private hasOlder = false;
  private isStale = true;
  private watchers = 0;

  constructor(host: Pick<Host, "listRequests" | "listRequestKeys">) {
    super();
    this.host = host;
  }

  /** Shows an environment, and reads its newest requests unless they are known. Never fails. */
  async show(environmentId: string): Promise<void> {
    if (this.environmentId !== environmentId) {
      this.environmentId = environmentId;
      this.counts = NO_COUNTS;
      this.selected = null;
      this.keys = [];
      this.clear();
      this.changed();
    }
    if (this.isStale) await this.readNewest();
  }

  /** Keeps the list up to date until the returned function is called. */
  watch(): () => void {
    this.watchers += 1;
    if (this.isStale && this.environmentId !== null) void this.readNewer();
    return () => (this.watchers -= 1);
  }

  /** There are new requests, of any environment. */
  async receive(): Promise<void> {
    this.isStale = true;
    if (this.watchers > 0) await this.readNewer();
  }

  /** Reads the rows before the last one, if there are any. After a failure, only new requests are tried again. */
  async loadOlder(): Promise<void> {
    const last = this.rows.at(-1);
    if (!last || !this.hasOlder || this.failure !== null || this.reads.isRunning("older")) return;
    await this.read("older", { before: last.id }, (page) => {
      this.rows = [...this.rows, ...page.requests];
      this.hasOlder = page.hasMore;
      this.total = page.total;
    });
  }

  pause(): void {
    this.isPaused = true;
    this.pendingCount = 0;
    this.changed();
  }

  async resume(): Promise<void> {
    this.isPaused = false;
    const { pendingCount } = this;
    this.pendingCount = 0;
    this.changed();
    if (pendingCount > 0) await this.readNewer();
  }

  select(request: LoggedRequest | null): void {
    this.selected = request;
    this.changed();
  }

  /** Selects a request of the shown environment, if it is among the newest. */
  async selectById(id: number): Promise<void> {
    if (this.isStale || !this.rows.some((row) => row.id === id)) await this.readNewest();
    this.select(this.rows.find((row) => row.id === id) ?? null);
  }

  /** The filter of the shown environment, kept for the session. */
  get filter(): Readonly<RequestFilter> {
    return this.filters.get(this.environmentId ?? "") ?? NO_FILTER;
  }

  async setFilter(changes: Partial<RequestFilter>): Promise<void> {
    if (this.environmentId === null) return;
    this.filters.set(this.environmentId, { ...this.filter, ...changes });
    this.isPaused = false;
    this.pendingCount = 0;
    this.changed();
    await this.readNewest();
  }

  /** Returns all requests that match the filter. */
  async readAll(): Promise<LoggedRequest[]> {
    const { environmentId } = this;
    if (environmentId === null) return [];
    const query = { ...requestQuery(this.filter), limit: MAX_PAGE_SIZE };
    let page = await this.host.listRequests({ environmentId, query });
    const all = [...page.requests];
    while (page.hasMore) {
      const before = all.at(-1)?.id ?? 0;
      // Each page follows from the previous one.
      // oxlint-disable-next-line no-await-in-loop
      page = await this.host.listRequests({ environmentId, query: { ...query, before } });
      all.push(...page.requests);
    }
    return all;
  }

  /** Drops the filter of a deleted environment. */
  forget(environmentId: string): void {
    this.filters.delete(environmentId);
  }

  private clear(): void {
    this.rows = [];
    this.total = 0;
    this.hasOlder = false;
    this.isLoaded = false;
    this.isPaused = false;
    this.pendingCount = 0;
    this.failure = null;
    this.isStale = true;
    for (const id of ["newest", "newer", "older"]) this.reads.cancel(id);
  }

  private async readNewest(): Promise<void> {
    // What they would add belongs to the previous list.
    this.reads.cancel("newer");
    this.reads.cancel("older");
    this.isStale = false;
    void this.readKeys();
    await this.read("newest", {}, (page) => {
      this.rows = page.requests;
      this.hasOlder = page.hasMore;
      this.total = page.total;
      this.isLoaded = true;
    });
    await this.readMissed();
  }

  private async readNewer(): Promise<void> {
    // Reads follow one another: an earlier one would know fewer requests.
    if (this.reads.isRunning("newer") || this.reads.isRunning("newest")) return;
    const newest = this.rows[0];
    if (!newest) {
      await this.readNewest();
      return;
    }
    this.isStale = false;
    await this.read("newer", { after: newest.id }, (page) => {
      if (this.isPaused) this.pendingCount = page.requests.length;
      else this.prepend(page);
    });
    await this.readMissed();
  }

  /** Reads the requests that came in during another read. */
  private async readMissed(): Promise<void> {
    if (this.isStale && this.watchers > 0 && this.failure === null) await this.readNewer();
  }

  private prepend({ requests, hasMore, total }: RequestPage): void {
    this.total = total;
    if (requests.length === 0) return;
    const allowed = requests.filter((request) => request.allowed).length;
    this.counts = {
      allowed: this.counts.allowed + allowed,
      denied: this.counts.denied + requests.length - allowed,
      gaps: this.counts.gaps + (hasMore ? 1 : 0),
    };
    const known = new Set(this.keys.map(({ id }) => id));
    if (requests.some(({ keyId }) => keyId !== null && !known.has(keyId))) void this.readKeys();
    if (hasMore) {
      // The page has the oldest of the new requests.
      void this.readNewest();
      return;
    }
    this.rows = [...requests, ...this.rows];
    if (this.rows.length <= MAX_LIVE_ROWS) return;
    this.rows = this.rows.slice(0, MAX_LIVE_ROWS);
    this.hasOlder = true;
    // It would continue after rows that are gone.
    this.reads.cancel("older");
  }

  private read(
    id: string,
    range: { before?: number; after?: number },
    apply: (page: RequestPage) => void,
  ): Promise<void> {
    const { environmentId } = this;
    if (environmentId === null) return Promise.resolve();
    const query = { ...requestQuery(this.filter), ...range, limit: PAGE_SIZE };
    return this.reads.run(
      id,
      () => this.host.listRequests({ environmentId, query }),
      (page) => {
        this.unlogged = page.unlogged;
        this.failure = null;
        apply(page);
        this.changed();
      },
      (error) => {
        this.failure = toCommandError(error);
        this.isStale = true;
        this.changed();
      },
    );
  }

  private readKeys(): Promise<void> {
    const { environmentId } = this;
    if (environmentId === null) return Promise.resolve();
    return this.reads.run(
      "keys",
      () => this.host.listRequestKeys({ environmentId }),
      (keys) => {
        if (environmentId !== this.environmentId) return;
        this.keys = keys;
        this.changed();
      },
      // The list itself reports why the log cannot be read.
      () => {},
    );
  }
}

/** Summarizes the requests between two counts for a screen reader; null if there were none. */
export function summarize(before: Counts, now: Counts): string | null {
  const allowed = now.allowed - before.allowed;
  const denied = now.denied - before.denied;
  if (allowed + denied === 0) return null;
  return strings.decisions.summary({ allowed, denied, isMore: now.gaps > before.gaps });
}
