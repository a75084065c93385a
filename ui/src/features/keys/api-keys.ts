/** The API Keys tab: search, filters, New, the table of keys, and the details of the current one. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { createKey, keyContext, keyMenu, revokeKey } from "../../commands/key";
import "../../components/action-menu";
import type { ActionMenu } from "../../components/action-menu";
import { errorBanner } from "../../components/field";
import { icon } from "../../components/icons";
import type { Environment } from "../../host/types/Environment";
import { StateChangeTimer } from "../../stores/state-change-timer";
import type { KeyList } from "../../stores/key-list";
import { strings } from "../../strings";
import type { KeyPanel } from "./key-panel";
import { mayContainKey } from "./key-search";
import { isUsable } from "../../stores/key-state";
import type { SelectionBar } from "./bulk/selection-bar";
import "./key-table";
import type { KeyTable, OpenMenuEvent, RevokeEvent } from "./key-table";
import "./key-toolbar";
import type { KeyToolbar } from "./key-toolbar";

/** How often relative times are updated. */
const CLOCK_INTERVAL_MS = 30_000;
/** Narrower pages, in rem, show the details instead of the list. */
const MIN_SPLIT_WIDTH = 42;

@customElement("api-keys")
export class ApiKeys extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  @state() private now = Date.now();
  @state() private isNarrow = false;

  private readonly stateChangeTimer = new StateChangeTimer(() => void this.readAgain());
  private clockTimer: ReturnType<typeof setInterval> | undefined;
  private resizing: ResizeObserver | undefined;
  private hasFocusedFirst = false;

  protected override observed() {
    const { keys, navigation } = this.stores;
    return [keys, navigation];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.clockTimer = setInterval(() => (this.now = Date.now()), CLOCK_INTERVAL_MS);
    this.resizing = new ResizeObserver(() => this.measure());
    this.resizing.observe(this);
    addEventListener("keydown", this.onKeyDown);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("keydown", this.onKeyDown);
    clearInterval(this.clockTimer);
    this.stateChangeTimer.stop();
    this.resizing?.disconnect();
    this.list.selected.clear(); // nothing shows what is selected in a list that was left
  }

  /** Esc clears the selection wherever the focus is, unless what has the focus uses it. */
  private readonly onKeyDown = (event: KeyboardEvent) => {
    const { selected } = this.list;
    if (event.key !== "Escape" || event.defaultPrevented || selected.count === 0) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    selected.clear();
  };

  private measure(): void {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.isNarrow = this.clientWidth < MIN_SPLIT_WIDTH * rem;
  }

  private get list(): KeyList {
    return this.stores.keys.list(this.environment.id);
  }

  private get table(): KeyTable | null {
    return this.querySelector<KeyTable>("key-table");
  }

  private get isPanelOpen(): boolean {
    return this.list.view.isPanelOpen && this.list.view.currentId !== null;
  }

  /** Whether the details cover the list. */
  private get isCovered(): boolean {
    return this.isNarrow && this.isPanelOpen;
  }

  /** The key whose prompt was just closed, once the list contains it. */
  private get keyToHighlight(): string | null {
    const { highlightedKey } = this.stores.navigation;
    if (highlightedKey?.environmentId !== this.environment.id) return null;
    const { rows, isOutdated } = this.list;
    return !isOutdated && rows.indexOf(highlightedKey.keyId) !== -1 ? highlightedKey.keyId : null;
  }

  protected override willUpdate(): void {
    if (this.keyToHighlight !== null) this.now = Date.now();
  }

  protected override updated(): void {
    this.watchStateChanges();
    const { keyToHighlight } = this;
    if (keyToHighlight !== null) {
      this.stores.navigation.highlightedKey = null;
      void this.table?.highlightRow(keyToHighlight);
    } else if (!this.hasFocusedFirst && this.list.counts) {
      this.hasFocusedFirst = true;
      if (document.activeElement === document.body || document.activeElement?.localName === "h1") {
        this.querySelector<HTMLElement>("[data-first]")?.focus();
      }
    }
  }

  /** A shown key may expire, or its pause may end. */
  private watchStateChanges(): void {
    const { shown, view } = this.list;
    const current = view.currentId === null ? null : this.stores.keys.find(view.currentId);
    this.stateChangeTimer.watch(current ? [...shown, current] : shown);
  }

  private async readAgain(): Promise<void> {
    const { keys } = this.stores;
    await Promise.all([keys.read(this.environment.id), keys.refreshSingles()]);
    this.now = Date.now();
  }

  private openNewKey(): void {
    void createKey(this.stores, this.environment);
  }

  /** Returns the rows to focus when a key leaves the list: its own if it stays, the next, the previous. */
  private nearbyIds(keyId: string): string[] {
    const { rows } = this.list;
    const index = rows.indexOf(keyId);
    if (index === -1) return [keyId];
    return [keyId, ...[rows.row(index + 1), rows.row(index - 1)].flatMap((key) => (key ? [key.id] : []))];
  }

  private openMenu({ detail: { key, anchor, point } }: OpenMenuEvent): void {
    const menu = this.querySelector<ActionMenu>(":scope > action-menu");
    const { selected } = this.list;
    const bar = point && selected.count > 1 && selected.has(key.id) ? this.selectionBar : null;
    const items = bar?.menu() ?? keyMenu(keyContext(this.stores, key, this.environment, this.nearbyIds(key.id)));
    const label = bar?.menuLabel ?? strings.general.actionsFor(key.name);
    void (point ? menu?.toggleAt(point.x, point.y, label, items, anchor) : menu?.toggle(anchor, label, items));
  }

  /** It is loaded after the first screen. */
  private get selectionBar(): SelectionBar | null {
    return this.querySelector<SelectionBar>("selection-bar:defined");
  }

  private revoke({ detail: key }: RevokeEvent): void {
    const { selected } = this.list;
    if (selected.count > 1 && selected.has(key.id)) this.selectionBar?.run("revoke");
    else if (isUsable(key)) void revokeKey(this.stores, key, this.environment, this.nearbyIds(key.id));
  }

  private async openPanel({ detail: { focus } }: CustomEvent<{ focus: boolean }>): Promise<void> {
    await this.list.setView({ isPanelOpen: true });
    await this.updateComplete;
    if (!focus && !this.isNarrow) return;
    await customElements.whenDefined("key-panel"); // it is loaded after the first screen
    await this.querySelector<KeyPanel>("key-panel")?.focusName();
  }

  private async closePanel(): Promise<void> {
    await this.list.setView({ isPanelOpen: false });
    await this.updateComplete;
    await this.table?.focusRow();
  }

  /** Tells screen readers how many keys are selected, or how many a search found. */
  private get status(): string {
    const { view, isOutdated, rows, selected } = this.list;
    if (selected.count > 0) return strings.keys.selected(selected.count);
    return view.search.trim() === "" || isOutdated || rows.total === 0 ? "" : strings.keys.found(rows.total);
  }

  private renderEmpty() {
    return html`<div class="empty">
      <h2>${strings.keys.emptyTitle}</h2>
      <p class="muted">${strings.keys.emptyAbout(this.environment.name)}</p>
      <button type="button" class="button primary" data-first data-shortcut="new" @click=${this.openNewKey}>
        ${icon("plus")}<span>${strings.general.new}</span>
      </button>
    </div>`;
  }

  private renderNoMatches() {
    const { view, counts } = this.list;
    const { search: typed, filter } = view;
    const search = typed.trim();
    if (!search) return html`<div class="empty slim"><p>${strings.keys.noneInFilter[filter]}</p></div>`;
    const clearSearch = () => this.querySelector<KeyToolbar>("key-toolbar")?.clear();
    return html`<div class="empty slim">
      <p role="status">${mayContainKey(search) ? strings.keys.noMatchForHidden : strings.keys.noMatch(search)}</p>
      <div class="empty-actions">
        ${filter === "all" || (filter === "current" && counts?.ended === 0)
          ? nothing
          : html`<button type="button" class="button" @click=${() => this.list.setView({ filter: "all" })}>
              ${strings.keys.searchAll}
            </button>`}
        <button type="button" class="button" @click=${clearSearch}>${strings.keys.clearSearch}</button>
      </div>
    </div>`;
  }

  private renderTable() {
    return html`<key-table
      .environmentId=${this.environment.id}
      .now=${this.now}
      .caption=${strings.keys.caption(this.environment.name)}
      @open-menu=${this.openMenu}
      @open-panel=${this.openPanel}
      @close-panel=${this.closePanel}
      @revoke=${this.revoke}
    ></key-table>`;
  }

  private renderPanel(keyId: string) {
    return html`<key-panel
      .environment=${this.environment}
      .keyId=${keyId}
      .rows=${this.nearbyIds(keyId)}
      .now=${this.now}
      .isOverlay=${this.isNarrow}
      @close-panel=${this.closePanel}
    ></key-panel>`;
  }

  private renderList() {
    const { rows, view, isOutdated } = this.list;
    return html`<div class="key-split ${this.isNarrow ? "narrow" : ""}">
      <div class="key-list" ?inert=${this.isCovered} aria-busy=${isOutdated ? "true" : "false"}>
        ${isOutdated
          ? html`<div class="progress" role="progressbar" aria-label=${strings.keys.loading}></div>`
          : nothing}
        ${rows.total === 0 ? this.renderNoMatches() : this.renderTable()}
      </div>
      ${this.isPanelOpen && view.currentId !== null ? this.renderPanel(view.currentId) : nothing}
    </div>`;
  }

  protected override render() {
    const { counts, failure } = this.list;
    const banner = failure ? errorBanner(failure) : nothing;
    if (!counts && failure) return banner;
    if (!counts) return html`<div class="progress" role="progressbar" aria-label=${strings.keys.loading}></div>`;
    if (counts.active + counts.disabled + counts.ended === 0) return html`${banner}${this.renderEmpty()}`;
    return html`${banner}<key-toolbar
        .environment=${this.environment}
        ?inert=${this.isCovered}
        @new-key=${this.openNewKey}
        @enter-list=${() => this.table?.focusRow()}
      ></key-toolbar>
      ${this.renderList()}
      <p role="status" class="visually-hidden">${this.status}</p>
      <p class="faint small footnote">${strings.keys.footnote}</p>
      <action-menu></action-menu>`;
  }
}

