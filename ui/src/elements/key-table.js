/**
 * The sortable table of an environment's keys, with a menu in each row. The first hundred rows are rendered immediately
 * and the others in the following frames, so that long lists open fast. Emits events and changes nothing itself.
 */
import { html, nothing } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { exact, when } from "../state/dates.js";
import { requestCounts } from "../state/key-list.js";
import { strings } from "../strings.js";
import { permissionChips, stateChip } from "./chips.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";
import { richText } from "./rich-text.js";

/** @typedef {import("../types/Key").Key} Key */
/** @typedef {import("../state/key-list.js").Column} Column */

/** The number of rows rendered in the first frame. */
const INITIAL_ROWS = 100;

/** @type {Column[]} */
const COLUMNS = ["name", "permissions", "status", "used", "created"];

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
    this.drawn = INITIAL_ROWS;
  }

  /** Unsubscribes from the window's state: the table uses its properties only. */
  connectedCallback() {
    super.connectedCallback();
    this.state?.removeEventListener("changed", this.stateChanged);
  }

  updated() {
    if (this.drawn < this.keys.length) requestAnimationFrame(() => setTimeout(() => (this.drawn += 150)));
  }

  /** @param {string} keyId */
  async highlight(keyId) {
    this.highlighted = keyId;
    if (this.keys.findIndex(({ id }) => id === keyId) >= this.drawn) this.drawn = this.keys.length;
    await this.updateComplete;
    const row = this.find(`tr[data-key="${CSS.escape(keyId)}"]`);
    // Do not take the focus from a text field.
    if (!document.activeElement?.matches("input, textarea")) row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Column} column */
  head(column) {
    const sorted = this.order.column === column;
    return html`<th
      scope="col"
      class="col-${column}"
      aria-sort=${sorted ? (this.order.descending ? "descending" : "ascending") : nothing}
    >
      <button type="button" class=${sorted ? "sorted" : ""} @click=${() => this.emit("column-pressed", column)}>
        ${strings.keys.columns[column]}${icon(sorted && !this.order.descending ? "up" : "chevron")}
      </button>
    </th>`;
  }

  /**
   * Renders a past time; a time after the last update of `now` is shown as now, not as the future.
   *
   * @param {number} at UTC milliseconds
   * @param {string} [more] additional text for the tooltip
   */
  time(at, more = "") {
    const past = Math.min(at, this.now);
    return html`<time title="${exact(at)}${more}" datetime=${new Date(at).toISOString()}>${when(past, this.now)}</time>`;
  }

  /** @param {Key} key */
  lastUse(key) {
    const shown = key.allowed + key.denied > 0;
    const counts = shown ? requestCounts(key) : "";
    const client = key.lastClient === null ? "" : strings.keys.fromClient(key.lastClient);
    return html`${key.lastUsedAt === null
      ? html`<span title=${counts || nothing}>${strings.keys.never}</span>`
      : this.time(key.lastUsedAt, `${client}\n${counts}`)}${shown ? html`<span class="key-counts">${requestCounts(key, "short")}</span>` : nothing}`;
  }

  /** @param {Key} key */
  row(key) {
    const busy = this.busy.has(key.id);
    const isHighlighted = this.highlighted === key.id;
    const written = `${key.prefix}_${key.id}`;
    const usable = key.state === "active" || key.state === "disabled";
    return guard([key, busy, isHighlighted, this.now], () => html`<tr
      tabindex="-1"
      data-key=${key.id}
      class="${usable ? "" : "ended"} ${isHighlighted ? "highlighted" : ""}"
    >
      <th scope="row" class="col-name"><span class="key-name">${key.name}</span><span class="key-id">${written}</span></th>
      <td class="col-permissions">${permissionChips(key.permissions)}</td>
      <td class="col-status">${stateChip(key.state)}${
        usable || key.endedAt === null ? nothing : html` <span class="key-ended">${this.time(key.endedAt)}</span>`
      }</td>
      <td class="col-used muted">${this.lastUse(key)}<span class="key-created">${richText(strings.keys.createdAt, { time: this.time(key.createdAt) })}</span></td>
      <td class="col-created muted">${this.time(key.createdAt)}</td>
      <td class="col-end">
        <div>
          <span class="slot">${
            busy
              ? html`<span class="spinner" role="img" aria-label=${strings.keys.waitingForKeychain}></span>`
              : key.keychain
                ? html`<span class="keychain-mark" role="img" aria-label=${strings.keys.inKeychain} title=${strings.keys.inKeychain}>${icon("keychain")}</span>`
                : nothing
          }</span>
          ${
            usable || key.keychain
              ? html`<button
                  type="button"
                  class="icon-button"
                  aria-haspopup="menu"
                  aria-expanded="false"
                  aria-label=${strings.general.actionsFor(key.name)}
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
