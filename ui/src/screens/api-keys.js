/** The API Keys tab: search, filters, New, and the table of keys. */
import { html, nothing } from "lit";
import { failureBlock } from "../elements/field.js";
import { icon } from "../elements/icons.js";
import { keepFocus } from "../elements/keep-focus.js";
import "../elements/key-table.js";
import { LightElement } from "../elements/light-element.js";
import { toHostError } from "../host-error.js";
import { DEFAULT_ORDER, nextOrder, passes, shown, visibleFilters } from "../state/key-list.js";
import { strings } from "../strings.js";

/** @typedef {import("../types/Key").Key} Key */

/** How often relative times are updated, in milliseconds. */
const CLOCK_INTERVAL_MS = 30_000;

class ApiKeys extends LightElement {
  static properties = {
    environment: { attribute: false },
    filter: { state: true },
    search: { state: true },
    order: { state: true },
    now: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../types/Environment").Environment} */
    this.environment = /** @type {any} */ (undefined);
    /** @type {import("../state/key-list.js").Filter} */
    this.filter = "active";
    this.search = "";
    this.order = DEFAULT_ORDER;
    this.now = Date.now();
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.ticking = undefined;
    this.settled = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.ticking = setInterval(() => (this.now = Date.now()), CLOCK_INTERVAL_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.ticking);
  }

  get keys() {
    return this.state.library.keys.get(this.environment.id);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    super.willUpdate(changed);
    const key = this.keyToHighlight();
    if (!key) return;
    // A search or filter that would hide the new key is cleared.
    this.search = "";
    if (!passes(key, this.filter)) this.filter = passes(key, "active") ? "active" : "all";
    this.now = Date.now();
  }

  updated() {
    const key = this.keyToHighlight();
    if (key) {
      this.state.highlightedKey = null;
      void this.table?.highlight(key.id);
    } else if (!this.settled && this.keys) {
      this.settled = true;
      if (document.activeElement === document.body || document.activeElement?.localName === "h1") {
        this.find("[data-first]")?.focus();
      }
    }
  }

  /** The key whose prompt was just closed, once the list contains it. */
  keyToHighlight() {
    const { highlightedKey } = this.state;
    if (!highlightedKey || highlightedKey.environmentId !== this.environment.id) return null;
    return this.keys?.find(({ id }) => id === highlightedKey.keyId) ?? null;
  }

  get table() {
    return /** @type {import("../elements/key-table.js").KeyTableElement | null} */ (this.querySelector("key-table"));
  }

  openNewKey() {
    this.emit("open-dialog", { kind: "new-key", environment: this.environment });
  }

  /** @param {CustomEvent<{key: Key, anchor: HTMLElement}>} event */
  menuPressed({ detail: { key, anchor } }) {
    const menu = /** @type {import("../elements/action-menu.js").ActionMenuElement} */ (
      this.closest("environment-screen")?.querySelector(":scope > action-menu")
    );
    const usable = key.state === "active" || key.state === "disabled";
    void menu.toggle(anchor, strings.general.actionsFor(key.name), [
      ...(key.keychain
        ? [
            ...(usable ? [{ label: strings.keys.copyFromKeychain, run: () => void this.copyFromKeychain(key) }] : []),
            { label: strings.keys.removeFromKeychain, run: () => this.emit("open-dialog", { kind: "remove-from-keychain", key }) },
          ]
        : []),
      ...(usable
        ? [
            key.state === "disabled"
              ? { label: strings.keys.enable, run: () => void this.enable(key) }
              : { label: strings.keys.disable, run: () => void this.disable(key) },
            {
              label: strings.general.revoke,
              danger: true,
              run: () => this.confirmRevocation(key),
            },
          ]
        : []),
    ]);
  }

  /** @param {Key} key */
  disable(key) {
    const { library } = this.state;
    const message = strings.toasts.disabled(key.name);
    return this.switch(key, () => library.disableKey(key), message, () => library.enableKey(key));
  }

  /** @param {Key} key */
  enable(key) {
    const { library } = this.state;
    const message = strings.toasts.enabled(key.name);
    return this.switch(key, () => library.enableKey(key), message, () => library.disableKey(key));
  }

  /**
   * Applies the change and offers Undo.
   *
   * @param {Key} key
   * @param {() => Promise<void>} act
   * @param {string} message
   * @param {() => Promise<void>} back
   */
  async switch(key, act, message, back) {
    const { toasts } = this.state;
    const rows = this.nearest(key);
    try {
      await act();
      const undo = () => back().catch((thrown) => toasts.fail(toHostError(thrown)));
      toasts.show(message, { label: strings.general.undo, run: undo }, key.id);
      await this.updateComplete;
      await this.table?.updateComplete;
      keepFocus(document, rows);
    } catch (thrown) {
      toasts.fail(toHostError(thrown));
    }
  }

  /**
   * The rows to focus when a row leaves the list: itself if still listed, the next one, the previous one.
   *
   * @param {Key} key
   */
  nearest(key) {
    const ids = shown(this.keys ?? [], this).map(({ id }) => id);
    const at = ids.indexOf(key.id);
    return [key.id, ...ids.slice(at + 1, at + 2), ...ids.slice(Math.max(at - 1, 0), at)];
  }

  /** @param {Key} key */
  confirmRevocation(key) {
    this.emit("open-dialog", { kind: "revoke-key", key, environment: this.environment, after: this.nearest(key) });
  }

  /** @param {Key} key */
  async copyFromKeychain(key) {
    const { library, toasts } = this.state;
    try {
      await library.copyFromKeychain(key);
      toasts.show(strings.toasts.copied(key.name));
    } catch (thrown) {
      toasts.fail(toHostError(thrown));
    }
  }

  /** @param {KeyboardEvent} event */
  searchKeyed(event) {
    if (event.key !== "Escape") return;
    if (this.search === "") /** @type {HTMLElement} */ (event.target).blur();
    else event.preventDefault();
    this.search = "";
  }

  clearSearch() {
    this.search = "";
    this.find("[data-shortcut=search]")?.focus();
  }

  newButton() {
    return html`<button type="button" class="button primary" data-first data-shortcut="new" @click=${this.openNewKey}>
      ${icon("plus")}<span>${strings.general.new}</span>
    </button>`;
  }

  empty() {
    return html`<div class="empty">
      <h2>${strings.keys.emptyTitle}</h2>
      <p class="muted">${strings.keys.emptyAbout(this.environment.name)}</p>
      ${this.newButton()}
    </div>`;
  }

  /** @param {Key[]} keys */
  tools(keys) {
    return html`<div class="tools">
      <div class="search">
        ${icon("search")}
        <input
          type="search"
          aria-label=${strings.keys.search}
          placeholder=${strings.keys.search}
          autocomplete="off"
          spellcheck="false"
          data-shortcut="search"
          .value=${this.search}
          @input=${(/** @type {Event} */ event) => (this.search = /** @type {HTMLInputElement} */ (event.target).value)}
          @keydown=${this.searchKeyed}
        />
        ${this.search
          ? html`<button type="button" class="icon-button" aria-label=${strings.keys.clearSearch} @click=${this.clearSearch}>
              ${icon("close")}
            </button>`
          : this.state.settings.singleKeys
            ? html`<kbd aria-hidden="true">/</kbd>`
            : nothing}
      </div>
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

  nothingShown() {
    if (this.search.trim()) {
      return html`<div class="empty slim">
        <p>${strings.keys.noMatch(this.search.trim())}</p>
        <button type="button" class="button" @click=${this.clearSearch}>${strings.keys.clearSearch}</button>
      </div>`;
    }
    return html`<div class="empty slim"><p>${strings.keys.noneInFilter[this.filter]}</p></div>`;
  }

  render() {
    const { keys } = this;
    const failure = this.state.library.failures.get(this.environment.id);
    if (!keys) {
      return failure ? failureBlock(failure) : html`<div class="progress" role="progressbar" aria-label=${strings.keys.loading}></div>`;
    }
    if (keys.length === 0) return html`${failure ? failureBlock(failure) : nothing}${this.empty()}`;
    const list = shown(keys, this);
    return html`${failure ? failureBlock(failure) : nothing}${this.tools(keys)}
      ${list.length === 0
        ? this.nothingShown()
        : html`<key-table
            .keys=${list}
            .order=${this.order}
            .busy=${this.state.library.busyKeys}
            .now=${this.now}
            .caption=${strings.keys.caption(this.environment.name)}
            @column-pressed=${(/** @type {CustomEvent<import("../state/key-list.js").Column>} */ event) =>
              (this.order = nextOrder(this.order, event.detail))}
            @key-menu-opened=${this.menuPressed}
          ></key-table>`}
      <p class="faint small footnote">${strings.keys.footnote}</p>`;
  }
}

customElements.define("api-keys", ApiKeys);
