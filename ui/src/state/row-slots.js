/**
 * Assigns the entries of a moving list to rows of the page. An entry keeps its row while it is in the list; then the row
 * is reused. Removing rows instead would fill the memory with up to five hundred rows a second.
 */
export class RowSlots {
  constructor() {
    /** @type {Map<number, number>} by entry */
    this.slots = new Map();
    this.next = 0;
  }

  /**
   * @param {number[]} ids the entries to show, in order
   * @param {(id: number) => boolean} isInUse whether the row of a removed entry is in use, so that it must not be reused
   */
  show(ids, isInUse) {
    const shown = new Set(ids);
    const free = [...this.slots].filter(([id]) => !shown.has(id) && !isInUse(id)).map(([, slot]) => slot);
    const before = this.slots;
    this.slots = new Map();
    // In their order: where all entries are new, no row has to move.
    let given = 0;
    for (const id of ids) this.slots.set(id, before.get(id) ?? free[given++] ?? this.next++);
  }

  /** @param {number} id */
  slot(id) {
    return this.slots.get(id);
  }
}
