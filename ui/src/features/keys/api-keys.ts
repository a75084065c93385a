/** The API Keys tab: search, filters, New, and the table of keys. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { createKey, keyCommands } from "../../commands/key";
import type { ActionMenu } from "../../components/action-menu";
import { errorBanner } from "../../components/field";
import { icon } from "../../components/icons";
import type { Environment } from "../../host/types/Environment";
import type { Key } from "../../host/types/Key";
import { strings } from "../../strings";
import {
  DEFAULT_SORT,
  matchesFilter,
  nearbyKeyIds,
  toggleSort,
  visibleFilters,
  visibleKeys,
  type Filter,
  type View,
} from "./key-list";
import "./key-table";
import type { KeyTable, OpenMenuEvent, SortChangeEvent } from "./key-table";

/** How often relative times are updated. */
const CLOCK_INTERVAL_MS = 30_000;

@customElement("api-keys")
export class ApiKeys extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  @state() private filter: Filter = "active";
  @state() private search = "";
  @state() private sort = DEFAULT_SORT;
  @state() private now = Date.now();

  private clockTimer: ReturnType<typeof setInterval> | undefined;
  private hasFocusedFirst = false;

  protected override observed() {
    const { keys, navigation, session } = this.stores;
    return [keys, navigation, session];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.clockTimer = setInterval(() => (this.now = Date.now()), CLOCK_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.clockTimer);
  }

  private get keys(): Key[] | undefined {
    return this.stores.keys.byEnvironment.get(this.environment.id);
  }

  private get table(): KeyTable | null {
    return this.querySelector<KeyTable>("key-table");
  }

  /** The key whose prompt was just closed, once the list contains it. */
  private get keyToHighlight(): Key | null {
    const { highlightedKey } = this.stores.navigation;
    if (highlightedKey?.environmentId !== this.environment.id) return null;
    return this.keys?.find(({ id }) => id === highlightedKey.keyId) ?? null;
  }

  protected override willUpdate(): void {
    const key = this.keyToHighlight;
    if (!key) return;
    // A search or filter that would hide the new key is cleared.
    this.search = "";
    if (!matchesFilter(key, this.filter)) this.filter = matchesFilter(key, "active") ? "active" : "all";
    this.now = Date.now();
  }

  protected override updated(): void {
    const key = this.keyToHighlight;
    if (key) {
      this.stores.navigation.highlightedKey = null;
      void this.table?.highlightRow(key.id);
    } else if (!this.hasFocusedFirst && this.keys) {
      this.hasFocusedFirst = true;
      if (document.activeElement === document.body || document.activeElement?.localName === "h1") {
        this.querySelector<HTMLElement>("[data-first]")?.focus();
      }
    }
  }

  private openNewKey(): void {
    void createKey(this.stores, this.environment);
  }

  private openMenu({ detail: { key, anchor } }: OpenMenuEvent): void {
    // The menu belongs to the screen: it must not be clipped by the table.
    const menu = this.closest("environment-screen")?.querySelector<ActionMenu>(":scope > action-menu");
    const rows = nearbyKeyIds(visibleKeys(this.keys ?? [], this.view), key.id);
    const items = keyCommands(this.stores, key, this.environment, rows);
    void menu?.toggle(anchor, strings.general.actionsFor(key.name), items);
  }

  private get view(): View {
    return { filter: this.filter, search: this.search, sort: this.sort };
  }

  private onSearchKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    if (this.search === "") (event.currentTarget as HTMLInputElement).blur();
    else event.preventDefault();
    this.search = "";
  }

  private clearSearch(): void {
    this.search = "";
    this.querySelector<HTMLElement>("[data-shortcut=search]")?.focus();
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

  private renderSearch() {
    const { singleKeys } = this.stores.session.settings;
    return html`<div class="search">
      ${icon("search")}
      <input
        type="search"
        aria-label=${strings.keys.search}
        placeholder=${strings.keys.search}
        autocomplete="off"
        spellcheck="false"
        data-shortcut="search"
        .value=${this.search}
        @input=${(event: InputEvent) => (this.search = (event.currentTarget as HTMLInputElement).value)}
        @keydown=${this.onSearchKeyDown}
      />
      ${this.search
        ? html`<button
            type="button"
            class="icon-button"
            aria-label=${strings.keys.clearSearch}
            @click=${this.clearSearch}
          >
            ${icon("close")}
          </button>`
        : singleKeys
          ? html`<kbd aria-hidden="true">/</kbd>`
          : nothing}
    </div>`;
  }

  private renderToolbar(keys: Key[]) {
    return html`<div class="tools">
      ${this.renderSearch()}
      <div class="segments" role="group" aria-label=${strings.keys.filter}>
        ${visibleFilters(keys, this.filter).map(
          ({ filter, label, count }) => html`<button
            type="button"
            class="segment"
            aria-pressed=${filter === this.filter ? "true" : "false"}
            @click=${() => (this.filter = filter)}
          >
            <span data-label="${label} ${count}">${label} ${count}</span>
          </button>`,
        )}
      </div>
      <span class="spacer"></span>
      <button type="button" class="button primary" data-shortcut="new" @click=${this.openNewKey}>
        ${icon("plus")}<span>${strings.general.new}</span>
      </button>
    </div>`;
  }

  private renderNoMatches() {
    const search = this.search.trim();
    if (!search) return html`<div class="empty slim"><p>${strings.keys.noneInFilter[this.filter]}</p></div>`;
    return html`<div class="empty slim">
      <p>${strings.keys.noMatch(search)}</p>
      <button type="button" class="button" @click=${this.clearSearch}>${strings.keys.clearSearch}</button>
    </div>`;
  }

  private renderTable(keys: Key[]) {
    return html`<key-table
      .keys=${keys}
      .sort=${this.sort}
      .busy=${this.stores.keys.busy}
      .now=${this.now}
      .caption=${strings.keys.caption(this.environment.name)}
      @sort-change=${(event: SortChangeEvent) => (this.sort = toggleSort(this.sort, event.detail))}
      @open-menu=${this.openMenu}
    ></key-table>`;
  }

  protected override render() {
    const { keys } = this;
    const error = this.stores.keys.failures.get(this.environment.id);
    const banner = error ? errorBanner(error) : nothing;
    if (!keys && error) return banner;
    if (!keys) return html`<div class="progress" role="progressbar" aria-label=${strings.keys.loading}></div>`;
    if (keys.length === 0) return html`${banner}${this.renderEmpty()}`;
    const visible = visibleKeys(keys, this.view);
    return html`${banner}${this.renderToolbar(keys)}
      ${visible.length === 0 ? this.renderNoMatches() : this.renderTable(visible)}
      <p class="faint small footnote">${strings.keys.footnote}</p>`;
  }
}
