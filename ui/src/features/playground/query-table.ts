/** The query of the Playground's request as a table. The path of the request follows it, and it follows the path. */
import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { icon } from "../../components/icons";
import { NEW_PARAMETER, type Parameter } from "../../lib/query";
import { strings } from "../../strings";

@customElement("query-table")
export class QueryTable extends AppElement {
  protected override observed() {
    return [this.stores.playground];
  }

  private get parameters(): readonly Parameter[] {
    return this.stores.playground.draft.parameters;
  }

  private change(index: number, part: Partial<Parameter>): void {
    this.stores.playground.setParameters(this.parameters.map((each, at) => (at === index ? { ...each, ...part } : each)));
  }

  private async addParameter(): Promise<void> {
    this.stores.playground.setParameters([...this.parameters, NEW_PARAMETER]);
    await this.updateComplete;
    this.querySelector<HTMLElement>("li:last-child [data-part=name]")?.focus();
  }

  /** The focus stays in the table, at the row that moved up. */
  private async removeParameter(index: number): Promise<void> {
    this.stores.playground.setParameters(this.parameters.filter((_, at) => at !== index));
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

  private renderRow({ name, value, isEnabled }: Parameter, index: number) {
    const { sendParameter, nameOfParameter, valueOfParameter, removeParameter } = strings.playground;
    const number = index + 1;
    return html`<li class="query-row ${isEnabled ? "" : "disabled"}">
      <input
        type="checkbox"
        aria-label=${sendParameter(number)}
        .checked=${isEnabled}
        @change=${(event: Event) => this.change(index, { isEnabled: (event.currentTarget as HTMLInputElement).checked })}
      />
      ${this.renderField("name", nameOfParameter(number), name, (typed) => this.change(index, { name: typed, text: null }))}
      ${this.renderField("value", valueOfParameter(number), value, (typed) =>
        this.change(index, { value: typed, text: null }),
      )}
      <button
        type="button"
        class="icon-button"
        aria-label=${removeParameter(number)}
        data-tooltip=${removeParameter(number)}
        @click=${() => this.removeParameter(index)}
      >
        ${icon("close")}
      </button>
    </li>`;
  }

  protected override render() {
    const { parameters } = this;
    const { parameterName, parameterValue, queryEmpty, addParameter } = strings.playground;
    return html`${parameters.length === 0
        ? html`<p class="faint small">${queryEmpty}</p>`
        : html`<div class="query-row query-heads faint small" aria-hidden="true">
              <span></span><span>${parameterName}</span><span>${parameterValue}</span>
            </div>
            <ul class="query-rows">
              ${parameters.map((parameter, index) => this.renderRow(parameter, index))}
            </ul>`}
      <button type="button" class="button small-button" data-part="add" @click=${this.addParameter}>
        ${icon("plus")}<span>${addParameter}</span>
      </button>`;
  }
}
