/** A page of a list, as it was read. */
export interface Page<Row> {
  rows: Row[];
  /** The number of rows on all pages. */
  total: number;
}

/** The number of pages that are kept after a change. */
const MAX_PAGES = 20;

/**
 * The pages of a long list that were read so far. A row that was read again unchanged stays the same object, so that
 * elements can skip it.
 */
export class PagedList<Row extends { id: string }> {
  total = 0;

  private readonly pageSize: number;
  private pages = new Map<number, Row[]>();
  /** Pages that were read before a change; they are shown until they are read again. */
  private readonly outdated = new Set<number>();

  constructor(pageSize: number) {
    this.pageSize = pageSize;
  }

  /** Returns a row; undefined if its page was not read. */
  row(index: number): Row | undefined {
    return this.pages.get(Math.floor(index / this.pageSize))?.[index % this.pageSize];
  }

  /** Returns the index of a row on the pages that were read; -1 if it is not there. */
  indexOf(id: string): number {
    for (const [page, rows] of this.pages) {
      const index = rows.findIndex((row) => row.id === id);
      if (index !== -1) return page * this.pageSize + index;
    }
    return -1;
  }

  /** Returns the first page between two rows that must be read; null if all are up to date. */
  missingPage(first: number, last: number): number | null {
    for (const page of this.pagesBetween(first, last)) {
      if (!this.pages.has(page) || this.outdated.has(page)) return page;
    }
    return null;
  }

  /** Returns the pages with the rows between two rows of the list. */
  pagesBetween(first: number, last: number): number[] {
    const from = Math.floor(Math.max(0, first) / this.pageSize);
    const to = Math.floor(Math.max(0, Math.min(last, this.total - 1)) / this.pageSize);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  }

  /** Stores a page that was read. */
  setPage(page: number, { rows, total }: Page<Row>): void {
    this.setTotal(total);
    this.pages.set(page, rows.map((row, index) => keepUnchanged(this.row(page * this.pageSize + index), row)));
    this.outdated.delete(page);
  }

  /** Replaces the list by another one, whose first pages were read. */
  reset(pages: ReadonlyMap<number, Page<Row>>): void {
    const before = new Map([...this.pages.values()].flat().map((row) => [row.id, row]));
    this.pages = new Map();
    this.outdated.clear();
    for (const [page, { rows, total }] of pages) {
      this.total = total;
      this.pages.set(page, rows.map((row) => keepUnchanged(before.get(row.id), row)));
    }
  }

  /** Stores pages that were read after a change; other pages are outdated. Returns whether a shown row changed. */
  refresh(pages: ReadonlyMap<number, Page<Row>>): boolean {
    const { total } = this;
    const before = new Map(this.pages);
    for (const page of [...this.pages.keys()].slice(0, -MAX_PAGES)) this.pages.delete(page);
    for (const page of this.pages.keys()) this.outdated.add(page);
    for (const [page, read] of pages) this.setPage(page, read);
    return total !== this.total || [...pages.keys()].some((page) => !isSame(before.get(page), this.pages.get(page)));
  }

  /** Replaces a row by its new version. Returns whether its page was read. */
  replace(row: Row): boolean {
    const index = this.indexOf(row.id);
    if (index === -1) return false;
    const page = Math.floor(index / this.pageSize);
    this.pages.set(page, this.pages.get(page)?.map((each) => (each.id === row.id ? row : each)) ?? []);
    return true;
  }

  private setTotal(total: number): void {
    this.total = total;
    for (const page of this.pages.keys()) if (page * this.pageSize >= total) this.pages.delete(page);
  }
}

function keepUnchanged<Row extends { id: string }>(before: Row | undefined, row: Row): Row {
  return before?.id === row.id && JSON.stringify(before) === JSON.stringify(row) ? before : row;
}

const isSame = <Row>(a: Row[] | undefined, b: Row[] | undefined): boolean =>
  a?.length === b?.length && (a?.every((row, index) => row === b?.[index]) ?? true);
