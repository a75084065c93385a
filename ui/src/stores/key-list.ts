import { type CommandError, toCommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Key } from "../host/types/Key";
import type { KeyCounts } from "../host/types/KeyCounts";
import type { KeyPage } from "../host/types/KeyPage";
import { LatestRead } from "../lib/latest-read";
import { PagedList } from "../lib/paged-list";
import { DEFAULT_VIEW, keyQuery, type KeyView } from "./key-view";
import { SelectedKeys } from "./selected-keys";

export const PAGE_SIZE = 100;

/** How often the rows of a range are read again, because the list changed meanwhile. */
const MAX_RANGE_READS = 3;

/** The key list of one environment: the view, and the pages of it that were shown. */
export class KeyList {
  view: KeyView = DEFAULT_VIEW;
  /** The numbers of keys, regardless of filter and search; null before the first read. */
  counts: KeyCounts | null = null;
  /** Why the last read failed. */
  failure: CommandError | null = null;
  /** Increases when rows of another query are shown. */
  queryCount = 0;

  readonly rows = new PagedList<Key>(PAGE_SIZE);
  readonly selected: SelectedKeys;

  private readonly environmentId: string;
  private readonly host: Pick<Host, "listKeys" | "keyPosition">;
  private readonly changed: () => void;
  private readonly reads = new LatestRead();
  /** The query of the shown rows. */
  private shownQuery = "";
  /** The rows on the screen. */
  private range = { first: 0, last: 0 };
  /** Increases with each read of the query: pages of an earlier read are dropped. */
  private version = 0;
  private filling: Promise<void> | null = null;

  constructor(environmentId: string, host: Pick<Host, "listKeys" | "keyPosition">, changed: () => void) {
    this.environmentId = environmentId;
    this.host = host;
    this.changed = changed;
    this.selected = new SelectedKeys(this, changed);
  }

  /** Whether the list was read, perhaps without success. */
  get isRead(): boolean {
    return this.counts !== null || this.failure !== null;
  }

  /** Whether the rows of an earlier query are shown, until those of the current one arrive. */
  get isOutdated(): boolean {
    return this.shownQuery !== queryId(this.view);
  }

  /** The keys on the screen, and those after them up to a page: the range of new rows is known only once they are drawn. */
  get shown(): Key[] {
    const start = Math.max(0, this.range.first);
    const end = Math.min(Math.max(this.range.last + 1, start + PAGE_SIZE), this.rows.total);
    const length = Math.max(0, end - start);
    return Array.from({ length }, (_, index) => this.rows.row(start + index)).filter((key) => key !== undefined);
  }

  /** Keeps the scroll position for the next visit. */
  rememberScroll(scrollTop: number): void {
    this.view = { ...this.view, scrollTop };
  }

  /**
   * Changes the view. A change of the query shows its rows once they are read. The selection ends with another filter or
   * search, because it would contain keys that are not shown.
   */
  async setView(change: Partial<KeyView>): Promise<void> {
    const before = this.view;
    this.view = { ...this.view, ...change };
    const isChanged = queryId(this.view) !== queryId(before);
    if (isChanged) this.view.scrollTop = 0;
    if (queryId({ ...this.view, sort: null }) !== queryId({ ...before, sort: null })) this.selected.clear();
    this.changed();
    if (isChanged) await this.read();
  }

  /** Reads the rows on the screen, or the first ones of another query. Never fails: the error is kept. */
  read(): Promise<void> {
    this.version += 1;
    const query = queryId(this.view);
    const isNew = query !== this.shownQuery;
    const pages = isNew ? [0] : this.rows.pagesBetween(this.range.first, this.range.last);
    return this.reads.run(
      "",
      () => this.readPages(pages.length === 0 ? [0] : pages),
      (read) => {
        if (isNew) this.showQuery(query, read);
        else this.showAgain(read);
      },
      (error) => this.fail(error),
    );
  }

  /** Reads the rows between two rows that come onto the screen, as far as they are not known. */
  load(first: number, last: number): Promise<void> {
    this.range = { first, last };
    if (this.isOutdated) return Promise.resolve();
    this.filling ??= this.fill().finally(() => (this.filling = null));
    return this.filling;
  }

  /** Reads the page of one row, if it is not known. */
  async loadRow(index: number): Promise<void> {
    const page = Math.floor(index / PAGE_SIZE);
    let isRead = true;
    while (isRead && !this.isOutdated && index < this.rows.total && !this.rows.row(index)) {
      // oxlint-disable-next-line no-await-in-loop -- read again if a change came between
      isRead = await this.fillPage(page);
    }
  }

  /** Shows a key: if a filter or the search would hide it, they are reset. Returns its position; null if it is gone. */
  async locate(keyId: string): Promise<number | null> {
    const { filter, search } = this.view;
    const shown: Pick<KeyView, "filter" | "search">[] = [
      { filter, search },
      { filter: "current", search: "" },
      { filter: "all", search: "" },
    ];
    for (const part of shown) {
      const position = await this.position(keyId, { ...this.view, ...part });
      if (position === null) continue;
      await this.setView(part);
      await this.loadRow(position);
      return position;
    }
    return null;
  }

  /** Replaces a key and reads the list again. */
  async replace(key: Key): Promise<void> {
    if (this.rows.replace(key)) this.changed();
    await this.read();
  }

  /** Returns the ids of the rows from one key to another, whether they were read or not. */
  async idsBetween(firstId: string, lastId: string): Promise<string[] | null> {
    for (let reads = 0; reads < MAX_RANGE_READS; reads += 1) {
      // oxlint-disable-next-line no-await-in-loop -- read again if the list changed meanwhile
      const positions = await Promise.all([this.indexOf(firstId), this.indexOf(lastId)]);
      const [first, last] = positions;
      if (last === null) return null;
      if (first === null) return [lastId];
      // oxlint-disable-next-line no-await-in-loop -- as above
      const ids = await this.idsAt(Math.min(first, last), Math.max(first, last));
      if (!ids) return null;
      const ends = [ids.at(0), ids.at(-1)];
      if (ends.includes(firstId) && ends.includes(lastId)) return ids;
    }
    return null;
  }

  /** Returns the index of a key in the whole list; null if the list does not contain it. */
  async indexOf(keyId: string): Promise<number | null> {
    const index = this.rows.indexOf(keyId);
    return index !== -1 && this.rows.missingPage(index, index) === null ? index : this.position(keyId, this.view);
  }

  private async position(keyId: string, view: KeyView): Promise<number | null> {
    const query = keyQuery(view, 0, PAGE_SIZE);
    try {
      return await this.host.keyPosition({ environmentId: this.environmentId, keyId, query });
    } catch {
      return null; // reading the list shows the error
    }
  }

  private async idsAt(first: number, last: number): Promise<string[] | null> {
    const limit = last - first + 1;
    if (this.rows.missingPage(first, last) === null) {
      return Array.from({ length: limit }, (_, index) => this.rows.row(first + index)?.id ?? "");
    }
    try {
      const query = keyQuery(this.view, first, limit);
      const { keys } = await this.host.listKeys({ environmentId: this.environmentId, query });
      return keys.map(({ id }) => id);
    } catch (error) {
      this.fail(error);
      return null;
    }
  }

  private async readPages(pages: number[]): Promise<Map<number, KeyPage>> {
    const { view } = this;
    const read = await Promise.all(pages.map((page) => this.readPage(view, page)));
    return new Map(pages.flatMap((page, index) => (read[index] ? [[page, read[index]] as const] : [])));
  }

  private readPage(view: KeyView, page: number): Promise<KeyPage> {
    const query = keyQuery(view, page * PAGE_SIZE, PAGE_SIZE);
    return this.host.listKeys({ environmentId: this.environmentId, query });
  }

  /** Reads one missing page after the other. Rows that were scrolled past meanwhile are left out. */
  private async fill(): Promise<void> {
    for (;;) {
      const page = this.isOutdated ? null : this.rows.missingPage(this.range.first, this.range.last);
      if (page === null || !(await this.fillPage(page))) return;
    }
  }

  private async fillPage(page: number): Promise<boolean> {
    const { version, view, rows } = this;
    try {
      const read = await this.readPage(view, page);
      if (version !== this.version) return true; // read again by the loop, if it is still missing
      const isGrown = read.total !== rows.total;
      rows.setPage(page, toRows(read));
      this.counts = read.counts;
      this.changed();
      if (isGrown) void this.read();
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  private showQuery(query: string, pages: Map<number, KeyPage>): void {
    if (this.shownQuery !== "") this.queryCount += 1;
    this.shownQuery = query;
    this.range = { first: 0, last: 0 };
    this.rows.reset(mapPages(pages));
    this.setCounts(pages);
    this.failure = null;
    this.changed();
  }

  private showAgain(pages: Map<number, KeyPage>): void {
    const hasChanged = this.rows.refresh(mapPages(pages));
    const haveCountsChanged = this.setCounts(pages);
    const hadFailed = this.failure !== null;
    this.failure = null;
    if (hasChanged || haveCountsChanged || hadFailed) this.changed();
    void this.load(this.range.first, this.range.last);
    void this.selected.recount();
  }

  private setCounts(pages: Map<number, KeyPage>): boolean {
    const before = JSON.stringify(this.counts);
    for (const { counts } of pages.values()) this.counts = counts;
    return before !== JSON.stringify(this.counts);
  }

  private fail(error: unknown): void {
    this.failure = toCommandError(error);
    this.changed();
  }
}

const queryId = (view: KeyView): string => JSON.stringify(keyQuery(view, 0, PAGE_SIZE));

const toRows = ({ keys, total }: KeyPage) => ({ rows: keys, total });

const mapPages = (pages: Map<number, KeyPage>) => new Map([...pages].map(([page, read]) => [page, toRows(read)]));
