/**
 * The sortable table of an environment's keys. Only the rows near the visible part are drawn, so that 100,000 keys
 * scroll smoothly. One row is the current one: arrow keys, Home, End, Page Up and Page Down move to another. Any number of
 * rows can be selected. Emits `open-menu`, `open-panel`, `close-panel` and `revoke`.
 */
import { defaultRangeExtractor, VirtualizerController, type Range } from "@tanstack/lit-virtual";
import { html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { AppElement } from "../../app-element";
import { coveredHeight, limitToastSpace, toastSpace } from "../../components/toast-space";
import type { Key } from "../../host/types/Key";
import { takeContextMenu } from "../../lib/context-menu";
import { isApple } from "../../lib/platform";
import { setHeight } from "../../lib/set-height";
import type { KeyList } from "../../stores/key-list";
import { gapRow, keyRow, loadingRow } from "./key-row";
import { keyTableHeader } from "./key-table-header";

/** The key whose menu was requested, what gets the focus back, and where to open it; null: below the anchor. */
export type OpenMenuEvent = CustomEvent<{ key: Key; anchor: HTMLElement; point: { x: number; y: number } | null }>;
/** The key to revoke. */
export type RevokeEvent = CustomEvent<Key>;

/** Rows that are drawn above and below the visible ones. */
const OVERSCAN_ROWS = 10;
/**
 * The widths of the list, in rem, from which it has more columns: the last use, permissions, creation, and counts. They
 * include the scrollbar.
 */
const COLUMN_STEPS = [28.75, 36.75, 48.75, 62.75];
/** Until a row is measured. */
const ESTIMATED_ROW_HEIGHT = 46;
const ESTIMATED_HEADER_HEIGHT = 36;

@customElement("key-table")
export class KeyTable extends AppElement {
  @property() environmentId = "";
  @property({ attribute: false }) now = 0;
  @property() caption = "";

  @state() private highlightedId = "";
  /** How many of the steps the list is wide enough for. */
  @state() private columns = COLUMN_STEPS.length;
  /** Whether the list is longer than the page, or ends under messages. */
  @state() private isLong = false;

  private rowHeight = ESTIMATED_ROW_HEIGHT;
  private headerHeight = ESTIMATED_HEADER_HEIGHT;
  private shownQuery = -1;
  /** The current row stays drawn while it is scrolled out of sight, because it may have the focus. */
  private pinnedIndex = -1;
  /** The row that the last key press went to. */
  private targetIndex = -1;
  private resizing: ResizeObserver | undefined;

  private readonly controller = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    count: 0,
    getScrollElement: () => this.box,
    estimateSize: () => this.rowHeight,
    initialOffset: () => (this.environmentId === "" ? 0 : this.list.view.scrollTop),
    initialRect: { width: 0, height: innerHeight },
    overscan: OVERSCAN_ROWS,
    rangeExtractor: defaultRangeExtractor,
  });

  protected override observed() {
    return [this.stores.keys];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizing?.disconnect();
    this.resizing = undefined;
  }

  private get list(): KeyList {
    return this.stores.keys.list(this.environmentId);
  }

  private get virtualizer() {
    return this.controller.getVirtualizer();
  }

  private get box(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".key-scroll");
  }

  protected override willUpdate(): void {
    const { rows, view, queryCount } = this.list;
    const pinnedIndex = view.currentId === null ? -1 : rows.indexOf(view.currentId);
    const { virtualizer } = this;
    // The virtualizer calls another function again, even if nothing was scrolled.
    const rangeExtractor =
      pinnedIndex === this.pinnedIndex ? virtualizer.options.rangeExtractor : (range: Range) => withPinned(range, pinnedIndex);
    this.pinnedIndex = pinnedIndex;
    virtualizer.setOptions({
      ...virtualizer.options,
      count: rows.total,
      rangeExtractor,
      scrollMargin: this.headerHeight,
      scrollPaddingStart: this.headerHeight,
    });
    if (this.shownQuery !== -1 && this.shownQuery !== queryCount) virtualizer.scrollToOffset(0);
    this.shownQuery = queryCount;
  }

  protected override updated(): void {
    const { startIndex, endIndex } = this.virtualizer.range ?? { startIndex: 0, endIndex: 0 };
    void this.list.load(startIndex - OVERSCAN_ROWS, endIndex + OVERSCAN_ROWS);
    if (this.resizing || !this.box) return;
    this.resizing = new ResizeObserver(() => this.measure());
    this.resizing.observe(this);
    this.resizing.observe(this.box, { box: "border-box" }); // the scrollbar changes only its content
    for (const space of this.box.querySelectorAll(":scope > .toast-space")) this.resizing.observe(space);
    this.measure();
  }

  /** All rows have the same height, which depends on the font and on the zoom. */
  private measure(): void {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const offsetWidth = this.box?.offsetWidth ?? 0;
    // The same with and without a scrollbar.
    this.columns = COLUMN_STEPS.filter((step) => offsetWidth >= step * rem).length;
    this.isLong = this.needsScrollbar();
    const row = this.querySelector<HTMLElement>(".key-row")?.getBoundingClientRect().height;
    const header = this.querySelector<HTMLElement>("thead")?.getBoundingClientRect().height;
    if (!row || !header || (row === this.rowHeight && header === this.headerHeight)) return;
    this.rowHeight = row;
    this.headerHeight = header;
    this.virtualizer.measure();
    this.requestUpdate();
  }

  /** Returns whether rows are beyond the page's end or under messages, and limits the space for those. */
  private needsScrollbar(): boolean {
    const { box } = this;
    if (!box) return false;
    const height = this.headerHeight + this.list.rows.total * this.rowHeight;
    const maxHeight = this.clientHeight - (box.offsetHeight - box.clientHeight);
    const end = box.getBoundingClientRect().top + Math.min(height, maxHeight);
    const isCovered = limitToastSpace(box, end, this.headerHeight + this.rowHeight);
    return isCovered || height > maxHeight + 1;
  }

  /** Makes a row the current one, scrolls to it, focuses it and highlights it for a moment. */
  async highlightRow(keyId: string): Promise<void> {
    await this.updateComplete;
    this.highlightedId = keyId;
    const index = this.list.rows.indexOf(keyId);
    if (index === -1) return;
    await this.moveTo(index, { focus: false });
    // Not before the row is drawn: meanwhile, the user may have begun to type in a text field, which keeps the focus.
    if (!document.activeElement?.matches("input, textarea")) this.rowOf(keyId)?.focus({ preventScroll: true });
  }

  /** Moves the focus into the list: to the current row, or to the first one. */
  async focusRow(): Promise<void> {
    await this.updateComplete;
    await this.moveTo(Math.max(0, this.pinnedIndex));
  }

  /** Returns the key of the row; null if another key press followed. */
  private async moveTo(index: number, { focus } = { focus: true }): Promise<Key | null> {
    const { list, virtualizer } = this;
    const target = Math.max(0, Math.min(index, list.rows.total - 1));
    this.targetIndex = target;
    const minVisible = this.headerHeight + this.rowHeight;
    virtualizer.options.scrollPaddingEnd = this.box ? coveredHeight(this.box, minVisible) : 0;
    virtualizer.scrollToIndex(target);
    await list.loadRow(target);
    const key = list.rows.row(target);
    if (!key || this.targetIndex !== target) return null;
    void list.setView({ currentId: key.id });
    this.requestUpdate();
    await this.updateComplete;
    if (focus) this.rowOf(key.id)?.focus({ preventScroll: true });
    return key;
  }

  /** Moves to another row and selects the rows on the way. */
  private async extendTo(from: Key, index: number): Promise<void> {
    const { selected } = this.list;
    if (!selected.hasAnchor) selected.setAnchor(from.id);
    const key = await this.moveTo(index);
    if (key) await selected.selectTo(key.id);
  }

  private rowOf(keyId: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`tr[data-key="${CSS.escape(keyId)}"]`);
  }

  /** Returns the key and the row of an event. */
  private pressed(event: Event): { key: Key; row: HTMLElement } | null {
    const row = (event.target as Element).closest<HTMLElement>("tr[data-key]");
    const key = row && this.list.rows.row(Number(row.dataset.index));
    return row && key ? { key, row } : null;
  }

  private makeCurrent(key: Key): void {
    this.targetIndex = -1;
    if (this.list.view.currentId !== key.id) void this.list.setView({ currentId: key.id });
  }

  private onFocus(event: FocusEvent): void {
    const pressed = this.pressed(event);
    if (pressed) this.makeCurrent(pressed.key);
  }

  /** Shift would select text, from the last press on. */
  private onMouseDown(event: MouseEvent): void {
    if (event.shiftKey) event.preventDefault();
  }

  private onClick(event: MouseEvent): void {
    const pressed = this.pressed(event);
    if (!pressed) return;
    const { key, row } = pressed;
    const { selected, view } = this.list;
    const target = event.target as Element;
    this.makeCurrent(key);
    if (target.closest("[data-menu]")) {
      this.emit("open-menu", { key, anchor: menuButton(row), point: null });
    } else if (event.shiftKey) {
      if (!selected.hasAnchor) selected.setAnchor(view.currentId);
      row.focus({ preventScroll: true });
      void selected.selectTo(key.id);
    } else if (target.closest(".col-select") || (isApple ? event.metaKey : event.ctrlKey)) {
      selected.toggle(key.id);
    } else {
      selected.setAnchor(key.id);
      if (getSelection()?.isCollapsed ?? true) this.emit("open-panel", { focus: false });
    }
    // The web engine has toggled it, whatever was selected.
    const checkbox = row.querySelector("input");
    if (checkbox) checkbox.checked = selected.has(key.id);
  }

  /** Whether all keys that match are selected, as far as their rows are known. */
  private get isAllSelected(): boolean {
    const { selected, rows } = this.list;
    const drawn = this.virtualizer.getVirtualItems().map(({ index }) => rows.row(index));
    return selected.count > 0 && selected.count >= rows.total && drawn.every((key) => !key || selected.has(key.id));
  }

  private onContextMenu(event: MouseEvent): void {
    const pressed = this.pressed(event);
    const point = pressed && takeContextMenu(event, pressed.row);
    if (!point) return;
    this.makeCurrent(pressed.key);
    this.emit("open-menu", { key: pressed.key, anchor: pressed.row, point });
  }

  private openMenuByKey({ key, row }: { key: Key; row: HTMLElement }): void {
    const { left, bottom } = menuButton(row).getBoundingClientRect();
    this.emit("open-menu", { key, anchor: row, point: { x: left, y: bottom } });
  }

  private onKeyDown(event: KeyboardEvent): void {
    const pressed = this.pressed(event);
    if (!pressed || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.key === "Enter" || event.key === " ") && event.target !== pressed.row) return; // its checkbox or menu button
    const { selected, view, rows } = this.list;
    const index = Number(pressed.row.dataset.index);
    const page = Math.max(1, Math.floor(((this.box?.clientHeight ?? 0) - this.headerHeight) / this.rowHeight) - 1);
    const next = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: rows.total - 1,
    }[event.key];
    if (next !== undefined && event.shiftKey) {
      void this.extendTo(pressed.key, next);
    } else if (next !== undefined) {
      selected.setAnchor(null);
      void this.moveTo(next);
    } else if (event.key === " ") selected.toggle(pressed.key.id);
    else if (event.key === "Enter") this.emit("open-panel", { focus: true });
    else if (event.key === "Delete" || (event.key === "Backspace" && isApple)) this.emit("revoke", pressed.key);
    else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) this.openMenuByKey(pressed);
    else if (event.key === "Escape" && selected.count > 0) selected.clear();
    else if (event.key === "Escape" && view.isPanelOpen) this.emit("close-panel");
    else return;
    event.preventDefault();
  }

  /** Returns the drawn rows, with a gap wherever rows are left out. */
  private get drawn(): { id: string; index: number; gap: number }[] {
    const { virtualizer } = this;
    const { rows } = this.list;
    const end = virtualizer.getTotalSize() + this.headerHeight;
    let bottom = this.headerHeight;
    const drawn: { id: string; index: number; gap: number }[] = [];
    for (const item of virtualizer.getVirtualItems()) {
      if (item.start > bottom + 1) drawn.push({ id: `gap before ${drawn.length}`, index: -1, gap: item.start - bottom });
      drawn.push({ id: rows.row(item.index)?.id ?? `loading ${item.index}`, index: item.index, gap: 0 });
      bottom = item.end;
    }
    if (end > bottom + 1) drawn.push({ id: "gap at the end", index: -1, gap: end - bottom });
    return drawn;
  }

  /** Returns where Tab enters the list. */
  private get tabStop(): number {
    if (this.pinnedIndex !== -1) return this.pinnedIndex;
    const items = this.virtualizer.getVirtualItems();
    const top = (this.virtualizer.scrollOffset ?? 0) + this.headerHeight;
    return (items.find(({ start }) => start >= top) ?? items.at(0))?.index ?? 0;
  }

  private renderRow(index: number, tabStop: number) {
    const key = this.list.rows.row(index);
    if (!key) return loadingRow(index);
    const isCurrent = index === this.pinnedIndex;
    const isSelected = this.list.selected.has(key.id);
    const isTabStop = index === tabStop;
    const isHighlighted = key.id === this.highlightedId;
    const isBusy = this.stores.keys.busy.has(key.id);
    const { now } = this;
    const rowState = { index, isCurrent, isSelected, isTabStop, isHighlighted, isBusy, now };
    return guard([key, ...Object.values(rowState)], () => keyRow(key, rowState));
  }

  protected override render() {
    const { tabStop } = this;
    const { rows, selected } = this.list;
    // The height is set in advance: while rows are exchanged, a shorter table would change the scroll position.
    const height = this.virtualizer.getTotalSize() + this.headerHeight;
    return html`<div
      class="key-scroll ${this.isLong ? "long" : ""} ${selected.count > 0 ? "selecting" : ""}"
      data-columns=${this.columns}
      @scroll=${() => this.list.rememberScroll(this.box?.scrollTop ?? 0)}
    >
      <div ${setHeight(height)}>
        <table
          class="keys"
          role="grid"
          aria-readonly="true"
          aria-multiselectable="true"
          aria-label=${this.caption}
          aria-rowcount=${rows.total + 1}
        >
          ${keyTableHeader(this.list, this.isAllSelected)}
          <tbody
            @animationend=${() => (this.highlightedId = "")}
            @focusin=${this.onFocus}
            @mousedown=${this.onMouseDown}
            @click=${this.onClick}
            @contextmenu=${this.onContextMenu}
            @keydown=${this.onKeyDown}
          >
            ${repeat(
              this.drawn,
              ({ id }) => id,
              ({ index, gap }) => (index === -1 ? gapRow(gap) : this.renderRow(index, tabStop)),
            )}
          </tbody>
        </table>
      </div>
      ${toastSpace()}
    </div>`;
  }
}

/** Returns the rows to draw: those around the visible ones, and the current one. */
function withPinned(range: Range, pinnedIndex: number): number[] {
  const indexes = defaultRangeExtractor(range);
  if (pinnedIndex < 0 || pinnedIndex >= range.count || indexes.includes(pinnedIndex)) return indexes;
  return [...indexes, pinnedIndex].toSorted((a, b) => a - b);
}

const menuButton = (row: HTMLElement): HTMLElement => row.querySelector<HTMLElement>("[data-menu]") ?? row;
