/** The API Keys tab: search, filters, New, and the table of keys. */
import { html, nothing } from "lit";
import { failureBlock } from "../elements/field.js";
import { icon } from "../elements/icons.js";
import { keepFocus } from "../elements/keep-focus.js";
import "../elements/key-table.js";
import { LightElement } from "../elements/light-element.js";
import { toHostError } from "../host-error.js";
import { DEFAULT_ORDER, nextOrder, passes, shown, visibleFilters } from "../state/key-list.js";

/** @typedef {import("../types/Key").Key} Key */

/** How often relative times are written anew, in milliseconds. */
const MINUTE_MS = 30_000;

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
    this.filter = "live";
    this.search = "";
    this.order = DEFAULT_ORDER;
    this.now = Date.now();
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.ticking = undefined;
    this.settled = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.ticking = setInterval(() => (this.now = Date.now()), MINUTE_MS);
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
    const key = this.landing();
    if (!key) return;
    // A search or filter that would hide the new key is cleared.
    this.search = "";
    if (!passes(key, this.filter)) this.filter = passes(key, "live") ? "live" : "all";
    this.now = Date.now();
  }

  updated() {
    const key = this.landing();
    if (key) {
      this.state.landed = null;
      void this.table?.land(key.id);
    } else if (!this.settled && this.keys) {
      this.settled = true;
      if (document.activeElement === document.body || document.activeElement?.localName === "h1") {
        this.find("[data-first]")?.focus();
      }
    }
  }

  /** The key the prompt has just been closed for, once it is in the list. */
  landing() {
    const { landed } = this.state;
    if (!landed || landed.environmentId !== this.environment.id) return null;
    return this.keys?.find(({ id }) => id === landed.keyId) ?? null;
  }

  get table() {
    return /** @type {import("../elements/key-table.js").KeyTableElement | null} */ (this.querySelector("key-table"));
  }

  wantNew() {
    this.emit("dialog-wanted", { kind: "new-key", environment: this.environment });
  }

  /** @param {CustomEvent<{key: Key, anchor: HTMLElement}>} event */
  menuPressed({ detail: { key, anchor } }) {
    const menu = /** @type {import("../elements/action-menu.js").ActionMenuElement} */ (
      this.closest("environment-screen")?.querySelector(":scope > action-menu")
    );
    const living = key.state === "active" || key.state === "disabled";
    void menu.toggle(anchor, `Actions for ${key.name}`, [
      ...(key.keychain
        ? [
            ...(living ? [{ label: "Copy from keychain", run: () => void this.copyFromKeychain(key) }] : []),
            { label: "Remove from keychain", run: () => this.emit("dialog-wanted", { kind: "remove-from-keychain", key }) },
          ]
        : []),
      ...(living
        ? [
            key.state === "disabled"
              ? { label: "Enable", run: () => void this.enable(key) }
              : { label: "Disable", run: () => void this.disable(key) },
            {
              label: "Revoke",
              danger: true,
              run: () => this.wantRevocation(key),
            },
          ]
        : []),
    ]);
  }

  /** @param {Key} key */
  disable(key) {
    const { library } = this.state;
    const said = `${key.name} was disabled. It opens nothing until it is enabled.`;
    return this.switch(key, () => library.disableKey(key), said, () => library.enableKey(key));
  }

  /** @param {Key} key */
  enable(key) {
    const { library } = this.state;
    return this.switch(key, () => library.enableKey(key), `${key.name} was enabled.`, () => library.disableKey(key));
  }

  /**
   * Done at once, and taken back as easily.
   *
   * @param {Key} key
   * @param {() => Promise<void>} act
   * @param {string} said
   * @param {() => Promise<void>} back
   */
  async switch(key, act, said, back) {
    const { toasts } = this.state;
    const rows = this.nearest(key);
    try {
      await act();
      const undo = () => back().catch((thrown) => toasts.fail(toHostError(thrown)));
      toasts.say(said, { label: "Undo", run: undo }, key.id);
      await this.updateComplete;
      await this.table?.updateComplete;
      keepFocus(document, rows);
    } catch (thrown) {
      toasts.fail(toHostError(thrown));
    }
  }

  /**
   * Where the focus goes when a row leaves the list: its own place if it stays, the next row, the one before.
   *
   * @param {Key} key
   */
  nearest(key) {
    const ids = shown(this.keys ?? [], this).map(({ id }) => id);
    const at = ids.indexOf(key.id);
    return [key.id, ...ids.slice(at + 1, at + 2), ...ids.slice(Math.max(at - 1, 0), at)];
  }

  /** @param {Key} key */
  wantRevocation(key) {
    this.emit("dialog-wanted", { kind: "revoke-key", key, environment: this.environment, after: this.nearest(key) });
  }

  /** @param {Key} key */
  async copyFromKeychain(key) {
    const { library, toasts, started } = this.state;
    try {
      await library.copyFromKeychain(key);
      toasts.say(`${key.name} copied from ${started?.keychainName ?? "the system keychain"}.`);
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
    return html`<button type="button" class="button primary" data-first data-shortcut="new" @click=${this.wantNew}>
      ${icon("plus")}<span>New</span>
    </button>`;
  }

  empty() {
    return html`<div class="empty">
      <h2>No API keys yet</h2>
      <p class="muted">A key opens ${this.environment.name} and nothing else. It is shown once, when it is made.</p>
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
          aria-label="Find a key by name or id"
          placeholder="Find a key by name or id"
          autocomplete="off"
          spellcheck="false"
          data-shortcut="search"
          .value=${this.search}
          @input=${(/** @type {Event} */ event) => (this.search = /** @type {HTMLInputElement} */ (event.target).value)}
          @keydown=${this.searchKeyed}
        />
        ${this.search
          ? html`<button type="button" class="icon-button" aria-label="Clear search" @click=${this.clearSearch}>
              ${icon("close")}
            </button>`
          : this.state.settings.singleKeys
            ? html`<kbd aria-hidden="true">/</kbd>`
            : nothing}
      </div>
      <div class="segments" role="group" aria-label="Filter">
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
      <button type="button" class="button primary" data-shortcut="new" @click=${this.wantNew}>
        ${icon("plus")}<span>New</span>
      </button>
    </div>`;
  }

  nothingShown() {
    if (this.search.trim()) {
      return html`<div class="empty slim">
        <p>No key matches “${this.search.trim()}”.</p>
        <button type="button" class="button" @click=${this.clearSearch}>Clear search</button>
      </div>`;
    }
    return html`<div class="empty slim"><p>No ${this.filter === "all" ? "" : this.filter} keys.</p></div>`;
  }

  render() {
    const { keys } = this;
    const failure = this.state.library.failures.get(this.environment.id);
    if (!keys) {
      return failure ? failureBlock(failure) : html`<div class="progress" role="progressbar" aria-label="Reading keys"></div>`;
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
            .caption=${`API keys of ${this.environment.name}`}
            @column-pressed=${(/** @type {CustomEvent<import("../state/key-list.js").Column>} */ event) =>
              (this.order = nextOrder(this.order, event.detail))}
            @key-menu-opened=${this.menuPressed}
          ></key-table>`}
      <p class="faint small footnote">
        Keystile stores only a one-way hash. A lost key cannot be shown again; create a new one and revoke the lost one.
      </p>`;
  }
}

customElements.define("api-keys", ApiKeys);
