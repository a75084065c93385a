/**
 * Assigns the entries of a moving list to rows of the page. An entry keeps its row while it is in the list; then the
 * row is reused. Removing rows instead would fill the memory with up to five hundred rows a second.
 */
export class RowRecycler {
  /** The row of each entry. */
  private rows = new Map<number, number>();
  private rowCount = 0;

  /** Assigns rows to the entries, in order. The row of a removed entry is not reused while it is pinned. */
  assign(ids: number[], isPinned: (id: number) => boolean): void {
    const shown = new Set(ids);
    const before = this.rows;
    const free = [...before].filter(([id]) => !shown.has(id) && !isPinned(id)).map(([, row]) => row);
    this.rows = new Map();
    // Free rows are taken in their order: if all entries are new, no row has to move.
    for (const id of ids) this.rows.set(id, before.get(id) ?? free.shift() ?? this.rowCount++);
  }

  /** Returns the row of an entry. */
  slot(id: number): number | undefined {
    return this.rows.get(id);
  }
}
