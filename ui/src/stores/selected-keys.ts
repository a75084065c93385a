import type { KeySelection } from "../host/types/KeySelection";
import { keyQuery, type KeyView } from "./key-view";

/** The list whose keys are selected. */
export interface SelectableList {
  readonly view: KeyView;
  readonly rows: { readonly total: number };
  /** Returns the index of a key in the whole list; null if the list does not contain it. */
  indexOf(keyId: string): Promise<number | null>;
  /**
   * Returns the ids of the rows from one key to another, in either order; only `lastId` if the list does not contain the
   * other key. Null: they could not be read.
   */
  idsBetween(firstId: string, lastId: string): Promise<string[] | null>;
}

/** Keys by their ids; or, if it is inverted, all keys that match filter and search, except those. */
interface Selection {
  isInverted: boolean;
  ids: ReadonlySet<string>;
}

const NONE: Selection = { isInverted: false, ids: new Set() };
const ALL: Selection = { isInverted: true, ids: new Set() };

function withKeys({ isInverted, ids }: Selection, added: string[]): Selection {
  const changed = new Set(ids);
  for (const id of added) {
    if (isInverted) changed.delete(id);
    else changed.add(id);
  }
  return { isInverted, ids: changed };
}

function toggled({ isInverted, ids }: Selection, id: string): Selection {
  const changed = new Set(ids);
  if (!changed.delete(id)) changed.add(id);
  return { isInverted, ids: changed };
}

/**
 * The selected keys of a list. Keys that were selected one by one stay selected when the list changes, even if they leave
 * it. “All matching” follows the list.
 */
export class SelectedKeys {
  private readonly list: SelectableList;
  private readonly changed: () => void;
  private selection = NONE;
  /** Where the next range begins, and the selection that it is added to. */
  private anchorId: string | null = null;
  private base = NONE;
  /** How many of the excepted keys the list does not contain by now. */
  private missing = 0;
  /** Increases with each change: the rows of an earlier range are dropped. */
  private version = 0;
  private recounts = 0;

  constructor(list: SelectableList, changed: () => void) {
    this.list = list;
    this.changed = changed;
  }

  has(id: string): boolean {
    return this.selection.ids.has(id) !== this.selection.isInverted;
  }

  get count(): number {
    const { isInverted, ids } = this.selection;
    return isInverted ? Math.max(0, this.list.rows.total - ids.size + this.missing) : ids.size;
  }

  /** Returns the selection as Rust needs it. */
  get query(): KeySelection {
    const { isInverted, ids } = this.selection;
    if (!isInverted) return { kind: "keys", ids: [...ids] };
    const { filter, search } = keyQuery(this.list.view, 0, 1);
    return { kind: "matching", filter, search, except: [...ids] };
  }

  get hasAnchor(): boolean {
    return this.anchorId !== null;
  }

  /** Lets the next range begin at a key, which is not selected by that. Null: where it is extended from. */
  setAnchor(id: string | null): void {
    this.anchorId = id;
    this.base = this.selection;
    this.version += 1;
  }

  /** Selects or deselects a key. The next range begins at it. */
  toggle(id: string): void {
    this.set(toggled(this.selection, id));
    this.setAnchor(id);
  }

  /** Selects the keys from the anchor to this one, instead of an earlier range from the same anchor. */
  async selectTo(id: string): Promise<void> {
    const { anchorId, base } = this;
    this.version += 1;
    const { version } = this;
    const ids = await this.list.idsBetween(anchorId ?? id, id);
    if (version !== this.version || !ids) return;
    this.set(withKeys(base, ids));
    if (anchorId === null || !ids.includes(anchorId)) this.anchorId = id;
  }

  /** Selects all keys that match filter and search, whether their rows were read or not. */
  selectAll(): void {
    this.set(ALL);
    this.base = ALL;
  }

  clear(): void {
    if (this.selection === NONE && this.anchorId === null) return;
    this.anchorId = null;
    this.base = NONE;
    this.set(NONE);
  }

  /** Counts the excepted keys that are still in the list, after it was read again. */
  async recount(): Promise<void> {
    if (!this.selection.isInverted) return;
    this.recounts += 1;
    const { version, recounts } = this;
    const indexes = await Promise.all([...this.selection.ids].map((id) => this.list.indexOf(id)));
    if (version !== this.version || recounts !== this.recounts) return;
    const missing = indexes.filter((index) => index === null).length;
    const isChanged = missing !== this.missing;
    this.missing = missing;
    // Keys that match later must not be selected by a selection that no row shows.
    if (this.count === 0) this.clear();
    else if (isChanged) this.changed();
  }

  private set(selection: Selection): void {
    this.version += 1;
    this.selection = selection;
    if (selection.ids.size === 0) this.missing = 0;
    if (selection.isInverted && this.count === 0) this.selection = NONE;
    this.changed();
  }
}
