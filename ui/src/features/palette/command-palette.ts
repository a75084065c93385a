/**
 * The command palette: a combobox over environments, keys, projects and actions, by the ARIA Authoring Practices. A
 * pasted key or log line is recognized in Rust; it is neither shown nor kept.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { icon } from "../../components/icons";
import { richText } from "../../components/rich-text";
import type { Store } from "../../lib/store";
import { shortcuts } from "../../strings/shortcuts";
import { palette } from "../../strings/palette";
import { shortcutLabel } from "../shell/shortcut-label";
import { identifiedCard } from "./identified-key";
import { KeySearch, mayContainKey } from "./key-search";
import { openKey, type PaletteGroup, paletteGroups, type PaletteItem } from "./palette-items";

@customElement("command-palette")
export class CommandPalette extends AppElement {
  @property({ attribute: false }) requestId = 0;
  @state() private search = "";
  /** The id of the selected entry; the first one if it is gone. */
  @state() private selectedId: string | null = null;

  private keySearch!: KeySearch;

  override connectedCallback(): void {
    super.connectedCallback();
    // A search finds the environments of all projects.
    for (const { id } of this.stores.projects.list) void this.stores.environments.read(id);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.keySearch.stop();
  }

  protected override observed(): Store[] {
    const { host, projects, environments, gateways } = this.stores;
    this.keySearch = new KeySearch(host);
    return [this.keySearch, projects, environments, gateways];
  }

  private get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  protected override firstUpdated(): void {
    this.dialog?.showModal();
    this.querySelector("input")?.focus();
  }

  protected override updated(): void {
    this.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  private close(): void {
    if (this.dialog?.open) this.dialog.close();
    this.stores.dialogs.close(this.requestId);
  }

  private get groups(): PaletteGroup[] {
    if (this.keySearch.pasted) return [];
    return paletteGroups(this.stores, this.search, this.keySearch.found);
  }

  private selectedOf(items: PaletteItem[]): PaletteItem | undefined {
    return items.find(({ id }) => id === this.selectedId) ?? items[0];
  }

  private onInput(event: InputEvent): void {
    this.search = (event.currentTarget as HTMLInputElement).value;
    this.selectedId = null;
    this.keySearch.search(this.search);
  }

  private onPaste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!mayContainKey(text)) return;
    event.preventDefault();
    this.search = "";
    void this.keySearch.identify(text);
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const items = this.groups.flatMap((group) => group.items);
    const selected = this.selectedOf(items);
    const index = selected ? items.indexOf(selected) : -1;
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + 8, PageUp: index - 8 }[event.key];
    if (next !== undefined && items.length > 0) {
      const isPage = event.key.startsWith("Page");
      const target = isPage ? Math.max(0, Math.min(items.length - 1, next)) : next % items.length;
      this.selectedId = items.at(target)?.id ?? null;
    } else if (event.key === "Enter") {
      this.submit(selected);
    } else if (event.key === "Escape") {
      this.onEscape();
    } else if (event.code === "KeyK" && (event.ctrlKey || event.metaKey)) {
      event.stopPropagation(); // otherwise it would open again
      this.close();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Esc first discards what was pasted or typed. */
  private onEscape(): void {
    if (this.search === "" && !this.keySearch.pasted) this.close();
    else this.reset();
  }

  private reset(): void {
    this.search = "";
    this.selectedId = null;
    this.keySearch.search("");
    this.querySelector("input")?.focus();
  }

  private submit(selected: PaletteItem | undefined): void {
    const { pasted } = this.keySearch;
    if (pasted?.state === "read" && pasted.identified) {
      const { key } = pasted.identified;
      this.run(() => openKey(this.stores, key));
    } else if (selected) {
      this.run(selected.run);
    }
  }

  /** Closes first, because many commands open a dialog of their own. */
  private run(command: () => unknown): void {
    this.close();
    void command();
  }

  private renderItem(item: PaletteItem, isSelected: boolean) {
    return html`<li
      role="option"
      id="palette-${item.id}"
      class="palette-item ${item.danger ? "danger" : ""}"
      aria-selected=${isSelected ? "true" : "false"}
      @click=${() => this.run(item.run)}
      @pointermove=${() => (this.selectedId = item.id)}
    >
      ${icon(item.icon)}<span class="palette-title"><bdi>${item.title}</bdi></span
      ><span class="palette-detail">${item.detail}</span>${shortcutLabel(item.keys)}
    </li>`;
  }

  private renderGroup({ id, title, items }: PaletteGroup, selected: PaletteItem | undefined) {
    return html`<li role="presentation">
      <ul role="group" aria-labelledby="palette-group-${id}">
        <li role="presentation" class="palette-group" id="palette-group-${id}">${title}</li>
        ${items.map((item) => this.renderItem(item, item === selected))}
      </ul>
    </li>`;
  }

  private renderPasted() {
    const { pasted } = this.keySearch;
    if (!pasted) return nothing;
    return html`<div class="palette-pasted">
      <p class="palette-chip">
        ${icon("lock")}<b>${palette.pasted}</b><span class="muted">${palette.pastedAbout}</span
        ><button type="button" class="link" @click=${() => this.reset()}>${palette.clear}</button>
      </p>
      ${pasted.state === "read" && pasted.identified
        ? identifiedCard(pasted.identified, (key) => this.run(() => openKey(this.stores, key)))
        : nothing}
    </div>`;
  }

  /** Read aloud: how many entries there are, or what was pasted. */
  private get status(): string {
    const { pasted, isSearching } = this.keySearch;
    if (pasted?.state === "reading" || isSearching) return palette.searching;
    if (pasted?.state === "read") {
      const { identified } = pasted;
      return identified ? palette.identifiedAs(identified.key.name) : palette.notIdentified;
    }
    const count = this.groups.reduce((sum, { items }) => sum + items.length, 0);
    return count === 0 ? palette.nothingFound : palette.count(count);
  }

  private renderFooter() {
    const { keys, footer } = palette;
    const key = (name: string) => html`<kbd>${name}</kbd>`;
    return html`<p class="palette-footer faint small" aria-hidden="true">
      ${richText(footer, {
        up: key(keys.up),
        down: key(keys.down),
        enter: key(keys.enter),
        escape: key(shortcuts.keys.escape),
      })}
    </p>`;
  }

  protected override render() {
    const { groups, keySearch } = this;
    const selected = this.selectedOf(groups.flatMap(({ items }) => items));
    const isEmpty = groups.length === 0 && !keySearch.isSearching;
    const isUnknown = keySearch.pasted?.state === "read" && !keySearch.pasted.identified;
    return html`<dialog
      class="palette"
      aria-label=${palette.title}
      @cancel=${(event: Event) => {
        event.preventDefault();
        this.onEscape();
      }}
      @close=${() => this.stores.dialogs.close(this.requestId)}
      @pointerdown=${(event: PointerEvent) => event.target === this.dialog && this.close()}
    >
      <div class="palette-frame">
        <div class="palette-search">
          ${icon("search")}
          <input
            type="text"
            role="combobox"
            aria-expanded=${groups.length > 0 ? "true" : "false"}
            aria-controls="palette-list"
            aria-autocomplete="list"
            aria-activedescendant=${selected ? `palette-${selected.id}` : nothing}
            aria-label=${palette.title}
            placeholder=${palette.placeholder}
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            maxlength="200"
            .value=${this.search}
            @input=${this.onInput}
            @paste=${this.onPaste}
            @keydown=${this.onKeyDown}
          />
        </div>
        ${this.renderPasted()}
        <ul
          class="palette-list"
          id="palette-list"
          role="listbox"
          aria-label=${palette.results}
          ?hidden=${groups.length === 0}
        >
          ${groups.map((group) => this.renderGroup(group, selected))}
        </ul>
        ${isEmpty && (!keySearch.pasted || isUnknown)
          ? html`<p class="palette-empty muted">
              ${isUnknown ? palette.notIdentified : palette.nothingFound}
            </p>`
          : nothing}
        <p class="visually-hidden" role="status">${this.status}</p>
        ${this.renderFooter()}
      </div>
    </dialog>`;
  }
}
