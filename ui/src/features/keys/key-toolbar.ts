/**
 * Search, filters and New above the key list. While keys are selected, what can be done with them takes their place.
 * Emits `enter-list` and `new-key`.
 */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { icon } from "../../components/icons";
import type { Environment } from "../../host/types/Environment";
import { formatCompactCount, formatCount } from "../../lib/format/number";
import type { KeyList } from "../../stores/key-list";
import { visibleFilters } from "../../stores/key-view";
import { strings } from "../../strings";
import { idOfWholeKey } from "./key-search";

@customElement("key-toolbar")
export class KeyToolbar extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  protected override observed() {
    const { keys, session } = this.stores;
    return [keys, session];
  }

  private get list(): KeyList {
    return this.stores.keys.list(this.environment.id);
  }

  private get input(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>("input");
  }

  /** Empties the search and focuses its field. */
  clear(): void {
    void this.list.setView({ search: "" });
    this.input?.focus();
  }

  /** Of a pasted key only its prefix and id are kept. They find it whatever its state is. */
  private onInput(event: InputEvent): void {
    const input = event.currentTarget as HTMLInputElement;
    const id = idOfWholeKey(input.value);
    if (id !== null) input.value = id;
    void this.list.setView(id === null ? { search: input.value } : { search: id, filter: "all" });
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.emit("enter-list");
    } else if (event.key === "Escape") {
      if (this.list.view.search === "") this.input?.blur();
      else event.preventDefault();
      void this.list.setView({ search: "" });
    }
  }

  private renderSearch() {
    const { search } = this.list.view;
    const { singleKeys } = this.stores.session.settings;
    return html`<div class="search">
      ${icon("search")}
      <input
        type="search"
        aria-label=${strings.keys.search}
        placeholder=${strings.keys.search}
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        data-shortcut="search"
        .value=${search}
        @input=${this.onInput}
        @keydown=${this.onKeyDown}
      />
      ${search
        ? html`<button type="button" class="icon-button" aria-label=${strings.keys.clearSearch} @click=${this.clear}>
            ${icon("close")}
          </button>`
        : singleKeys
          ? html`<kbd aria-hidden="true">/</kbd>`
          : nothing}
    </div>`;
  }

  private renderFilters() {
    const { counts, view } = this.list;
    if (!counts) return nothing;
    return html`<div class="segments" role="group" aria-label=${strings.keys.filter}>
      ${visibleFilters(counts, view.filter).map(({ filter, count }) => {
        const label = `${strings.keys.filters[filter]} ${count < 10_000 ? formatCount(count) : formatCompactCount(count)}`;
        const about = strings.keys.filterAbout[filter];
        return html`<button
          type="button"
          class="segment"
          data-tooltip=${count < 10_000 ? (about ?? nothing) : formatCount(count)}
          aria-pressed=${filter === view.filter ? "true" : "false"}
          @click=${() => this.list.setView({ filter })}
        >
          <span data-label=${label}>${label}</span>
        </button>`;
      })}
    </div>`;
  }

  protected override render() {
    const { counts, view } = this.list;
    const isCrowded = counts !== null && visibleFilters(counts, view.filter).length > 3;
    const isSelecting = this.list.selected.count > 0;
    return html`<div class="tools ${isCrowded ? "crowded" : ""}" ?inert=${isSelecting}>
      ${this.renderSearch()} ${this.renderFilters()}
      <span class="spacer"></span>
      <button type="button" class="button primary" data-shortcut="new" @click=${() => this.emit("new-key")}>
        ${icon("plus")}<span>${strings.general.new}</span>
      </button>
      </div>
      ${isSelecting ? html`<selection-bar .environment=${this.environment}></selection-bar>` : nothing}`;
  }
}
