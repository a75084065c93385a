/** The query or the added headers of the Playground's request, as a table of names and values. */
import { html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { icon } from "../../components/icons";
import { NEW_PARAMETER, type Pair, type Parameter } from "../../lib/query";
import { playgroundTab } from "../../strings/playground";

@customElement("pair-table")
export class PairTable extends AppElement {
  @property() kind: "query" | "headers" = "query";

  protected override observed() {
    return [this.stores.playground];
  }

  private get rows(): readonly Pair[] {
    const { parameters, headerRows } = this.stores.playground.draft;
    return this.kind === "query" ? parameters : headerRows;
  }

  private change(index: number, part: Partial<Pair>): void {
    const { playground } = this.stores;
    const { parameters, headerRows } = playground.draft;
    if (this.kind === "headers") {
      playground.setHeaderRows(changed(headerRows, index, part));
      return;
    }
    // A parameter that is only switched on or off stays as it was written.
    const isEdited = part.name !== undefined || part.value !== undefined;
    const change: Partial<Parameter> = isEdited ? { ...part, text: null } : part;
    playground.setParameters(changed(parameters, index, change));
  }

  private async addRow(): Promise<void> {
    const { playground } = this.stores;
    const { parameters, headerRows } = playground.draft;
    if (this.kind === "query") playground.setParameters([...parameters, NEW_PARAMETER]);
    else playground.setHeaderRows([...headerRows, { name: "", value: "", isEnabled: true }]);
    await this.updateComplete;
    this.querySelector<HTMLElement>("li:last-child [data-part=name]")?.focus();
  }

  /** The focus stays in the table, at the row that moved up. */
  private async removeRow(index: number): Promise<void> {
    const { playground } = this.stores;
    const { parameters, headerRows } = playground.draft;
    if (this.kind === "query") playground.setParameters(parameters.toSpliced(index, 1));
    else playground.setHeaderRows(headerRows.toSpliced(index, 1));
    await this.updateComplete;
    const buttons = this.querySelectorAll<HTMLElement>("li button");
    (buttons[index] ?? buttons[index - 1] ?? this.querySelector<HTMLElement>("[data-part=add]"))?.focus();
  }

  private renderField(part: "name" | "value", label: string, value: string, onInput: (value: string) => void) {
    return html`<input
      type="text"
      class="input mono"
      data-part=${part}
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      aria-label=${label}
      .value=${value}
      @input=${(event: InputEvent) => onInput((event.currentTarget as HTMLInputElement).value)}
    />`;
  }

  private renderRow({ name, value, isEnabled }: Pair, index: number) {
    const labels = playgroundTab.pairs[this.kind];
    const number = index + 1;
    return html`<li class="pair-row ${isEnabled ? "" : "disabled"}">
      <input
        type="checkbox"
        aria-label=${labels.send(number)}
        .checked=${isEnabled}
        @change=${(event: Event) => this.change(index, { isEnabled: (event.currentTarget as HTMLInputElement).checked })}
      />
      ${this.renderField("name", labels.nameOf(number), name, (typed) => this.change(index, { name: typed }))}
      ${this.renderField("value", labels.valueOf(number), value, (typed) => this.change(index, { value: typed }))}
      <button
        type="button"
        class="icon-button"
        aria-label=${labels.remove(number)}
        data-tooltip=${labels.remove(number)}
        @click=${() => this.removeRow(index)}
      >
        ${icon("close")}
      </button>
    </li>`;
  }

  protected override render() {
    const { rows } = this;
    const { pairName, pairValue, pairs } = playgroundTab;
    const labels = pairs[this.kind];
    return html`${rows.length === 0
        ? html`<p class="faint small">${labels.empty}</p>`
        : html`<div class="pair-row pair-heads faint small" aria-hidden="true">
              <span></span><span>${pairName}</span><span>${pairValue}</span>
            </div>
            <ul class="pair-rows">
              ${rows.map((row, index) => this.renderRow(row, index))}
            </ul>`}
      <button type="button" class="button small-button" data-part="add" @click=${this.addRow}>
        ${icon("plus")}<span>${labels.add}</span>
      </button>`;
  }
}

const changed = <Row extends Pair>(rows: readonly Row[], index: number, change: Partial<Row>): Row[] =>
  rows.map((row, at) => (at === index ? { ...row, ...change } : row));
