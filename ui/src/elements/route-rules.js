/**
 * The route rules of a gateway, in order. Every change is stored immediately and offers Undo; an error is shown at its
 * rule. Alt with an arrow key moves the focused rule.
 */
import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { toHostError } from "../host-error.js";
import { METHODS, RouteRules } from "../state/route-rules.js";
import { strings } from "../strings.js";
import { failureBlock, sentences } from "./field.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";
import { richText } from "./rich-text.js";
import "./sample-request.js";
import { selectField } from "./select-field.js";

/** @typedef {import("../state/route-rules.js").Row} Row */
/** @typedef {import("../types/Access").Access} Access */

/** The value that selects every method; no method has this name. */
const ANY = "";

/** @type {{value: Access, label: string}[]} */
const ACCESS_CHOICES = [
  { value: "open", label: strings.general.noKey },
  { value: "read", label: strings.general.read },
  { value: "write", label: strings.general.write },
];

class RouteRulesElement extends LightElement {
  static properties = { gateway: { attribute: false }, tick: { state: true } };

  constructor() {
    super();
    /** @type {import("../types/Gateway").Gateway} */
    this.gateway = /** @type {any} */ (undefined);
    this.tick = 0;
    this.editor = new RouteRules(
      (rules) => this.state.gateways.edit(this.gateway.environmentId, { rules }),
      () => (this.tick += 1),
    );
  }

  willUpdate() {
    this.editor.adopt(this.gateway.rules);
  }

  /**
   * @param {number} row
   * @param {string} control
   */
  async focusControl(row, control) {
    await this.updateComplete;
    const controls = [control, control === "up" ? "down" : "up", "path"];
    const found = controls.map((name) =>
      this.find(`[data-rule="${row}"] [data-control=${name}]:not(:disabled)`),
    );
    found.find((element) => element)?.focus();
  }

  async addRow() {
    await this.focusControl(this.editor.add(), "path");
  }

  /**
   * @param {Promise<{before: import("../types/RouteRule").RouteRule[]} | null>} done
   * @param {string} message
   */
  async offerUndo(done, message) {
    const stored = await done;
    if (!stored) return;
    const { editor, gateway, state } = this;
    const undo = async () => {
      await editor.restore(stored.before);
      if (editor.failure) state.toasts.fail(toHostError(editor.failure.error));
    };
    state.toasts.show(message, { label: strings.general.undo, run: undo }, `rules of ${gateway.environmentId}`);
  }

  /**
   * @param {Row} row
   * @param {Partial<import("../types/RouteRule").RouteRule>} fields
   */
  changeRow(row, fields) {
    const isStored = this.gateway.rules.some((rule) => rule.path === row.path);
    const message = isStored ? strings.toasts.ruleUpdated : strings.toasts.ruleAdded;
    return this.offerUndo(this.editor.change(row.id, fields), message);
  }

  /** @param {Row} row */
  async removeRow(row) {
    const { rows } = this.editor;
    const at = rows.findIndex(({ id }) => id === row.id);
    const next = rows[at + 1] ?? rows[at - 1];
    const done = this.offerUndo(this.editor.remove(row.id), strings.toasts.ruleRemoved);
    if (next) await this.focusControl(next.id, "remove");
    else {
      await this.updateComplete;
      this.find("[data-add]")?.focus();
    }
    await done;
  }

  /**
   * @param {Row} row
   * @param {-1 | 1} by
   * @param {string} control the focused control
   */
  async moveRow(row, by, control) {
    const { rows } = this.editor;
    const to = rows.findIndex(({ id }) => id === row.id) + by;
    if (to < 0 || to >= rows.length) return;
    const done = this.offerUndo(this.editor.move(row.id, by), strings.toasts.ruleMoved(to + 1, rows.length));
    await this.focusControl(row.id, control);
    await done;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Row} row
   */
  keyed(event, row) {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const control = /** @type {HTMLElement} */ (event.target).dataset.control ?? "path";
    void this.moveRow(row, event.key === "ArrowUp" ? -1 : 1, control);
  }

  /**
   * @param {Row} row
   * @param {HTMLInputElement} input
   */
  pathTyped(row, input) {
    // An emptied field restores its path: a rule is removed with Remove only.
    const path = input.value.trim() || row.path;
    input.value = path;
    if (path !== row.path) void this.changeRow(row, { path });
  }

  /** @param {string | null} method */
  methods(method) {
    const known = method === null || METHODS.includes(method) ? METHODS : [...METHODS, method];
    return [{ value: ANY, label: strings.rules.any }, ...known.map((value) => ({ value, label: value }))];
  }

  /**
   * @param {Row} row
   * @param {number} at
   */
  row(row, at) {
    const { failure, rows } = this.editor;
    const error = failure?.row === row.id ? sentences(failure.error) : null;
    const number = at + 1;
    return html`<li class="rule" data-rule=${row.id} @keydown=${(/** @type {KeyboardEvent} */ event) => this.keyed(event, row)}>
      <span class="rule-number faint" aria-hidden="true">${number}</span>
      ${selectField({
        label: strings.rules.methodOf(number),
        name: "method",
        value: row.method ?? ANY,
        choices: this.methods(row.method),
        changed: (method) => void this.changeRow(row, { method: method === ANY ? null : method }),
      })}
      <input
        class="input mono"
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        placeholder=${strings.rules.pathPlaceholder}
        data-control="path"
        aria-label=${strings.rules.pathOf(number)}
        aria-invalid=${error ? "true" : nothing}
        aria-describedby=${error ? `rule-error-${row.id}` : nothing}
        .value=${row.path}
        @change=${(/** @type {Event} */ event) => this.pathTyped(row, /** @type {HTMLInputElement} */ (event.target))}
        @keydown=${(/** @type {KeyboardEvent} */ event) => {
          if (event.key === "Enter") this.pathTyped(row, /** @type {HTMLInputElement} */ (event.target));
        }}
      />
      ${selectField({
        label: strings.rules.accessOf(number),
        name: "access",
        value: row.access,
        choices: ACCESS_CHOICES,
        changed: (access) => void this.changeRow(row, { access: /** @type {Access} */ (access) }),
      })}
      <span class="rule-buttons">
        ${this.button("up", strings.rules.moveUp(number), at === 0, () => this.moveRow(row, -1, "up"))}
        ${this.button("down", strings.rules.moveDown(number), at === rows.length - 1, () => this.moveRow(row, 1, "down"))}
        ${this.button("remove", strings.rules.remove(number), false, () => this.removeRow(row))}
      </span>
      ${error ? html`<p class="field-error" id="rule-error-${row.id}">${icon("problem")}<span>${error}</span></p>` : nothing}
    </li>`;
  }

  /**
   * @param {"up" | "down" | "remove"} control
   * @param {string} label
   * @param {boolean} disabled
   * @param {() => unknown} pressed
   */
  button(control, label, disabled, pressed) {
    const shape = control === "remove" ? "close" : control === "up" ? "up" : "chevron";
    return html`<button
      type="button"
      class="icon-button"
      data-control=${control}
      aria-label=${label}
      title=${label}
      ?disabled=${disabled}
      @click=${pressed}
    >
      ${icon(shape)}
    </button>`;
  }

  render() {
    const { rows, failure, rules } = this.editor;
    return html`<div class="section-head">
        <h2>${strings.rules.title}</h2>
        <span class="spacer"></span>
        <button type="button" class="button" data-add @click=${this.addRow}>${icon("plus")}<span>${strings.rules.add}</span></button>
      </div>
      <p class="small muted section-about">${richText(strings.rules.about, { pattern: html`<code>/*</code>` })}</p>
      ${failure && failure.row === null ? failureBlock(failure.error) : nothing}
      ${rows.length === 0
        ? nothing
        : html`<div class="rule rule-heads small faint" aria-hidden="true">
              <span></span><span>${strings.general.method}</span><span>${strings.general.path}</span><span>${strings.rules.needs}</span>
            </div>
            <ol class="rules">
              ${repeat(
                rows,
                ({ id }) => id,
                (row, at) => this.row(row, at),
              )}
            </ol>`}
      <sample-request .state=${this.state} .rules=${rules}></sample-request>`;
  }
}

customElements.define("route-rules", RouteRulesElement);
