/**
 * Which row of the page shows which entry of a list that moves. An entry keeps its row as long as it is in the list; a row
 * whose entry has gone is given to one that has come. Thrown away instead, five hundred rows a second stay in memory until
 * the engine gets round to collecting them. It knows numbers, not the page.
 */
export class RowSlots {
  constructor() {
    /** @type {Map<number, number>} by entry */
    this.slots = new Map();
    this.next = 0;
  }

  /**
   * @param {number[]} ids the entries that are shown from now on, in their order
   * @param {(id: number) => boolean} isHeld whether somebody is just using the row of an entry that has gone: then it
   *   goes too, because what they mean must not become another entry under their hands
   */
  show(ids, isHeld) {
    const shown = new Set(ids);
    const free = [...this.slots].filter(([id]) => !shown.has(id) && !isHeld(id)).map(([, slot]) => slot);
    const before = this.slots;
    this.slots = new Map();
    // In their order: where all entries are new, no row has to move.
    let given = 0;
    for (const id of ids) this.slots.set(id, before.get(id) ?? free[given++] ?? this.next++);
  }

  /** @param {number} id */
  of(id) {
    return this.slots.get(id);
  }
}
