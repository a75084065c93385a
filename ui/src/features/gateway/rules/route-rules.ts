/**
 * The route rules of a gateway, in order. Every change is stored immediately and offers Undo; an error is shown at its
 * rule. Alt with an arrow key moves the focused rule.
 */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { AppElement } from "../../../app-element";
import { undoAction } from "../../../commands/undo";
import { badge } from "../../../components/badge";
import { errorBanner } from "../../../components/field";
import { icon } from "../../../components/icons";
import { richText } from "../../../components/rich-text";
import { selectField } from "../../../components/select-field";
import { formatError } from "../../../host/command-error";
import type { Access } from "../../../host/types/Access";
import type { Gateway } from "../../../host/types/Gateway";
import type { RouteRule } from "../../../host/types/RouteRule";
import type { UnusedRule } from "../../../host/types/UnusedRule";
import { METHODS } from "../../../stores/playground";
import { strings } from "../../../strings";
import { routeRules } from "../../../strings/route-rules";
import { RuleEditor, type Row, type SavedChange } from "./rule-editor";
import "./sample-request";

type Control = "method" | "path" | "access" | "up" | "down" | "remove";

/** The value that selects every method; no method has this name. */
const ANY = "";

const ACCESS_CHOICES: { value: Access; label: string }[] = [
  { value: "open", label: strings.general.noKey },
  { value: "read", label: strings.general.read },
  { value: "write", label: strings.general.write },
];

function methodChoices(current: string | null) {
  // A rule created elsewhere may have another method.
  const methods = current === null || METHODS.includes(current) ? METHODS : [...METHODS, current];
  return [{ value: ANY, label: routeRules.any }, ...methods.map((method) => ({ value: method, label: method }))];
}

@customElement("route-rules")
export class RouteRules extends AppElement {
  @property({ attribute: false }) gateway!: Gateway;

  private readonly editor = new RuleEditor((rules) => this.stores.gateways.edit(this.gateway.environmentId, { rules }));

  protected override observed() {
    return [this.editor];
  }

  protected override willUpdate(): void {
    this.editor.sync(this.gateway.rules);
  }

  /** Focuses a control of a row, or another one if it is disabled. */
  private async focusControl(rowId: number, control: Control): Promise<void> {
    await this.updateComplete;
    const controls: Control[] = [control, control === "up" ? "down" : "up", "path"];
    const found = controls.map((name) =>
      this.querySelector<HTMLElement>(`[data-rule="${rowId}"] [data-control=${name}]:not(:disabled)`),
    );
    found.find((element) => element !== null)?.focus();
  }

  private async addRow(): Promise<void> {
    await this.focusControl(this.editor.add(), "path");
  }

  private async offerUndo(change: Promise<SavedChange | null>, message: string): Promise<void> {
    const saved = await change;
    if (!saved) return;
    const { editor, gateway, stores } = this;
    const undo = undoAction(stores, async () => {
      await editor.restore(saved.before);
      if (editor.failure) throw editor.failure.error;
    });
    stores.toasts.show(message, undo, `rules of ${gateway.environmentId}`);
  }

  private changeRow(row: Row, fields: Partial<RouteRule>): Promise<void> {
    const isNew = this.editor.numberOf(row.id) === null;
    const message = isNew ? strings.toasts.ruleAdded : strings.toasts.ruleUpdated;
    return this.offerUndo(this.editor.change(row.id, fields), message);
  }

  private async removeRow(row: Row): Promise<void> {
    const { rows } = this.editor;
    const index = rows.findIndex(({ id }) => id === row.id);
    const neighbor = rows[index + 1] ?? rows[index - 1];
    const removal = this.offerUndo(this.editor.delete(row.id), strings.toasts.ruleRemoved);
    if (neighbor) {
      await this.focusControl(neighbor.id, "remove");
    } else {
      await this.updateComplete;
      this.querySelector<HTMLElement>("[data-add]")?.focus();
    }
    await removal;
  }

  /** Moves a row by one; `control` keeps the focus. */
  private async moveRow(row: Row, offset: -1 | 1, control: Control): Promise<void> {
    const { rows } = this.editor;
    const target = rows.findIndex(({ id }) => id === row.id) + offset;
    if (target < 0 || target >= rows.length) return;
    const move = this.offerUndo(this.editor.move(row.id, offset), strings.toasts.ruleMoved(target + 1, rows.length));
    await this.focusControl(row.id, control);
    await move;
  }

  private onRowKeyDown(event: KeyboardEvent, row: Row): void {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const control = (event.target as HTMLElement).dataset.control as Control | undefined;
    void this.moveRow(row, event.key === "ArrowUp" ? -1 : 1, control ?? "path");
  }

  private savePath(row: Row, input: HTMLInputElement): void {
    // An emptied field restores its path: a rule is removed with Remove only.
    const path = input.value.trim() || row.path;
    input.value = path;
    if (path !== row.path) void this.changeRow(row, { path });
  }

  /** Returns the saved rule of a row if it never applies. */
  private findUnused(row: Row): UnusedRule | undefined {
    const number = this.editor.numberOf(row.id);
    if (this.editor.isUnsaved(row)) return undefined;
    return this.gateway.unusedRules.find(({ index }) => index + 1 === number);
  }

  private renderPath(row: Row, name: string, hasError: boolean) {
    const state = `rule-state-${row.id}`;
    const about = this.findUnused(row) ? `${state} rule-unused-${row.id}` : state;
    return html`<span class="rule-path"
      ><input
      class="input mono"
      type="text"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      placeholder=${routeRules.pathPlaceholder}
      data-control="path"
      aria-label=${routeRules.pathOf(name)}
      aria-invalid=${hasError ? "true" : nothing}
      aria-describedby=${hasError ? `rule-error-${row.id}` : about}
      .value=${row.path}
      @change=${(event: Event) => this.savePath(row, event.currentTarget as HTMLInputElement)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === "Enter" && !event.isComposing) this.savePath(row, event.currentTarget as HTMLInputElement);
      }}
      /><span class="rule-state" id=${state}
        >${this.editor.isUnsaved(row) ? badge("warn", routeRules.notSaved) : nothing}</span
      ></span
    >`;
  }

  private renderButton(
    control: "up" | "down" | "remove",
    label: string,
    isDisabled: boolean,
    run: () => Promise<void>,
  ) {
    const shape = control === "remove" ? "close" : control === "up" ? "up" : "chevron";
    return html`<button
      type="button"
      class="icon-button"
      data-control=${control}
      aria-label=${label}
      data-tooltip=${label}
      ?disabled=${isDisabled}
      @click=${run}
    >
      ${icon(shape)}
    </button>`;
  }

  private renderRow(row: Row, index: number) {
    const { failure, rows } = this.editor;
    const error = failure?.rowId === row.id ? formatError(failure.error) : null;
    const number = this.editor.numberOf(row.id);
    const name = routeRules.nameOf(number);
    const isLast = index === rows.length - 1;
    const unused = this.findUnused(row);
    const onKeyDown = (event: KeyboardEvent) => this.onRowKeyDown(event, row);
    return html`<li class="rule ${this.editor.isUnsaved(row) ? "unsaved" : ""}" data-rule=${row.id} @keydown=${onKeyDown}>
      <span class="rule-number faint" aria-hidden="true">${number ?? nothing}</span>
      ${selectField({
        label: routeRules.methodOf(name),
        name: "method",
        value: row.method ?? ANY,
        choices: methodChoices(row.method),
        onChange: (method) => void this.changeRow(row, { method: method === ANY ? null : method }),
      })}
      ${this.renderPath(row, name, error !== null)}
      ${selectField({
        label: routeRules.accessOf(name),
        name: "access",
        value: row.access,
        choices: ACCESS_CHOICES,
        onChange: (access) => void this.changeRow(row, { access }),
      })}
      <span class="rule-buttons">
        ${this.renderButton("up", routeRules.moveUp(name), index === 0, () => this.moveRow(row, -1, "up"))}
        ${this.renderButton("down", routeRules.moveDown(name), isLast, () => this.moveRow(row, 1, "down"))}
        ${this.renderButton("remove", routeRules.remove(name), false, () => this.removeRow(row))}
      </span>
      ${error
        ? html`<p class="field-error" id="rule-error-${row.id}">${icon("problem")}<span>${error}</span></p>`
        : nothing}
      ${unused
        ? html`<p class="rule-unused small" id="rule-unused-${row.id}">
            ${icon("warning")}<span>${routeRules.unused(unused.index + 1, unused.coveredBy + 1)}</span>
          </p>`
        : nothing}
    </li>`;
  }

  private renderRows() {
    const { rows } = this.editor;
    if (rows.length === 0) return html`<p class="rules-empty small muted">${routeRules.none}</p>`;
    return html`<div class="rule rule-heads small faint" aria-hidden="true">
        <span></span><span>${strings.general.method}</span><span>${strings.general.path}</span
        ><span>${routeRules.needs}</span>
      </div>
      <ol class="rules">
        ${repeat(
          rows,
          ({ id }) => id,
          (row, index) => this.renderRow(row, index),
        )}
      </ol>`;
  }

  protected override render() {
    const { failure, rules } = this.editor;
    return html`<div class="section-head">
        <h2>${strings.gateway.routeRules}</h2>
        <span class="spacer"></span>
        <button type="button" class="button" data-add data-shortcut="new" @click=${this.addRow}>
          ${icon("plus")}<span>${routeRules.add}</span>
        </button>
      </div>
      <p class="small muted section-about">${richText(routeRules.about, { pattern: html`<code>/*</code>` })}</p>
      ${failure && failure.rowId === null ? errorBanner(failure.error) : nothing} ${this.renderRows()}
      <sample-request .rules=${rules}></sample-request>`;
  }
}
