/**
 * The table of an environment's keys: sortable, one row of 44 px a key, a menu at the end of each. Up to a thousand
 * rows stand in the document; the first hundred are drawn at once and the rest in the frames after, so that the list
 * answers at once. It says what was asked for and does nothing itself.
 */
import { html, nothing } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { exact, when } from "../state/dates.js";
import { requestCounts } from "../state/key-list.js";
import { permissionChips, stateChip } from "./chips.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";

/** @typedef {import("../types/Key").Key} Key */
/** @typedef {import("../state/key-list.js").Column} Column */

const AT_ONCE = 100;

/** @type {{column: Column, label: string}[]} */
const COLUMNS = [
  { column: "name", label: "Name" },
  { column: "permissions", label: "Permissions" },
  { column: "status", label: "Status" },
  { column: "used", label: "Last used" },
  { column: "created", label: "Created" },
];

class KeyTable extends LightElement {
  static properties = {
    keys: { attribute: false },
    order: { attribute: false },
    busy: { attribute: false },
    now: { attribute: false },
    caption: { type: String },
    highlighted: { type: String },
    drawn: { state: true },
  };

  constructor() {
    super();
    /** @type {Key[]} already filtered and sorted */
    this.keys = [];
    /** @type {import("../state/key-list.js").Order} */
    this.order = { column: "created", descending: true };
    /** @type {Set<string>} */
    this.busy = new Set();
    this.now = 0;
    this.caption = "";
    this.highlighted = "";
    this.drawn = AT_ONCE;
  }

  /** The table needs nothing of the window's state but its properties. */
  connectedCallback() {
    super.connectedCallback();
    this.state?.removeEventListener("changed", this.stateChanged);
  }

  updated() {
    if (this.drawn < this.keys.length) requestAnimationFrame(() => setTimeout(() => (this.drawn += 150)));
  }

  /** @param {string} keyId */
  async land(keyId) {
    this.highlighted = keyId;
    if (this.keys.findIndex(({ id }) => id === keyId) >= this.drawn) this.drawn = this.keys.length;
    await this.updateComplete;
    const row = this.find(`tr[data-key="${CSS.escape(keyId)}"]`);
    // Whoever is already typing, most often into the search, keeps the field.
    if (!document.activeElement?.matches("input, textarea")) row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  /** @param {{column: Column, label: string}} head */
  head({ column, label }) {
    const sorted = this.order.column === column;
    return html`<th
      scope="col"
      class="col-${column}"
      aria-sort=${sorted ? (this.order.descending ? "descending" : "ascending") : nothing}
    >
      <button type="button" class=${sorted ? "sorted" : ""} @click=${() => this.emit("column-pressed", column)}>
        ${label}${icon(sorted && !this.order.descending ? "up" : "chevron")}
      </button>
    </th>`;
  }

  /**
   * A moment of the past: what happened since the last tick of `now` has happened now, not in some seconds.
   *
   * @param {number} at UTC milliseconds
   * @param {string} [more] what else its tooltip says
   */
  time(at, more = "") {
    const past = Math.min(at, this.now);
    return html`<time title="${exact(at)}${more}" datetime=${new Date(at).toISOString()}>${when(past, this.now)}</time>`;
  }

  /** @param {Key} key */
  lastUse(key) {
    const shown = key.accepted + key.refused > 0;
    const counts = shown ? requestCounts(key) : "";
    const client = key.lastClient === null ? "" : ` from ${key.lastClient}`;
    return html`${key.lastUsedAt === null
      ? html`<span title=${counts || nothing}>never</span>`
      : this.time(key.lastUsedAt, `${client}\n${counts}`)}${shown ? html`<span class="key-counts">${requestCounts(key, "short")}</span>` : nothing}`;
  }

  /** @param {Key} key */
  row(key) {
    const busy = this.busy.has(key.id);
    const lit = this.highlighted === key.id;
    const written = `${key.prefix}_${key.id}`;
    const living = key.state === "active" || key.state === "disabled";
    return guard([key, busy, lit, this.now], () => html`<tr
      tabindex="-1"
      data-key=${key.id}
      class="${living ? "" : "ended"} ${lit ? "landed" : ""}"
    >
      <th scope="row" class="col-name"><span class="key-name">${key.name}</span><span class="key-id">${written}</span></th>
      <td class="col-permissions">${permissionChips(key.permissions)}</td>
      <td class="col-status">${stateChip(key.state)}${
        living || key.endedAt === null ? nothing : html` <span class="key-ended">${this.time(key.endedAt)}</span>`
      }</td>
      <td class="col-used muted">${this.lastUse(key)}<span class="key-created">created ${this.time(key.createdAt)}</span></td>
      <td class="col-created muted">${this.time(key.createdAt)}</td>
      <td class="col-end">
        <div>
          <span class="slot">${
            busy
              ? html`<span class="spinner" role="img" aria-label="Asking the system keychain"></span>`
              : key.keychain
                ? html`<span class="keychain-mark" role="img" aria-label="In system keychain" title="In system keychain">${icon("keychain")}</span>`
                : nothing
          }</span>
          ${
            living || key.keychain
              ? html`<button
                  type="button"
                  class="icon-button"
                  aria-haspopup="menu"
                  aria-expanded="false"
                  aria-label="Actions for ${key.name}"
                  @click=${(/** @type {Event} */ event) => this.emit("key-menu-opened", { key, anchor: event.currentTarget })}
                >
                  ${icon("dots")}
                </button>`
              : html`<span class="slot"></span>`
          }
        </div>
      </td>
    </tr>`);
  }

  render() {
    return html`<table class="keys" aria-rowcount=${this.keys.length + 1}>
      <caption class="visually-hidden">
        ${this.caption}
      </caption>
      <thead>
        <tr>
          ${COLUMNS.map((column) => this.head(column))}
          <td class="col-end"></td>
        </tr>
      </thead>
      <tbody @animationend=${() => (this.highlighted = "")}>
        ${repeat(
          this.keys.slice(0, this.drawn),
          (key) => key.id,
          (key) => this.row(key),
        )}
      </tbody>
    </table>`;
  }
}

customElements.define("key-table", KeyTable);

/** @typedef {KeyTable} KeyTableElement */
