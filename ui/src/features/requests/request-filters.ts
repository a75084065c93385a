/** Filters the request log, pauses it and copies its rows. Emits `pause-toggle` and `rows-entered`. */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { toCommandError } from "../../host/command-error";
import { icon } from "../../components/icons";
import { segments } from "../../components/segments";
import { selectField } from "../../components/select-field";
import type { KeyFilter, Outcome } from "../../stores/request-filter";
import { strings } from "../../strings";
import { toJsonLines } from "./json-lines";

const OUTCOMES: readonly Outcome[] = ["all", "allowed", "denied"];

@customElement("request-filters")
export class RequestFilters extends AppElement {
  protected override observed() {
    const { requests, session } = this.stores;
    return [requests, session];
  }

  private async copyRows(): Promise<void> {
    const { host, toasts, requests } = this.stores;
    try {
      const all = await requests.readAll();
      await host.copyText({ text: toJsonLines(all) });
      toasts.show(strings.toasts.rowsCopied(all.length));
    } catch (error) {
      toasts.error(toCommandError(error));
    }
  }

  private onSearchKeyDown(event: KeyboardEvent): void {
    const { requests } = this.stores;
    if (event.key === "ArrowDown" && requests.rows.length > 0) this.emit("rows-entered");
    else if (event.key === "Escape" && requests.filter.text !== "") void requests.setFilter({ text: "" });
    else return;
    event.preventDefault();
  }

  private renderKeys() {
    const { requests } = this.stores;
    const { key } = requests.filter;
    const choices: { value: KeyFilter; label: string }[] = [
      { value: "all", label: strings.decisions.allKeys },
      { value: "none", label: strings.decisions.withoutKey },
      ...requests.keys.map(({ id, name }) => ({ value: `key:${id}` as const, label: name })),
    ];
    // A chosen key stays a choice when its last request has left the list.
    if (!choices.some(({ value }) => value === key)) choices.push({ value: key, label: key.slice("key:".length) });
    return selectField({
      label: strings.decisions.columns.key,
      value: key,
      choices,
      onChange: (value) => void requests.setFilter({ key: value }),
    });
  }

  protected override render() {
    const { requests, session } = this.stores;
    const { filter, isPaused, rows } = requests;
    return html`${segments({
        name: "outcome",
        label: strings.decisions.outcome,
        value: filter.outcome,
        choices: OUTCOMES.map((value) => ({ value, label: strings.decisions.outcomes[value] })),
        onChange: (outcome) => void requests.setFilter({ outcome }),
      })}
      ${this.renderKeys()}
      <div class="search">
        ${icon("search")}
        <input
          type="search"
          data-shortcut="search"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          aria-label=${strings.decisions.search}
          placeholder=${strings.decisions.search}
          .value=${filter.text}
          @input=${(event: InputEvent) => requests.setFilter({ text: (event.currentTarget as HTMLInputElement).value })}
          @keydown=${this.onSearchKeyDown}
        />
        ${session.settings.singleKeys && filter.text === "" ? html`<kbd aria-hidden="true">/</kbd>` : nothing}
      </div>
      <span class="spacer"></span>
      <button
        type="button"
        class="icon-button"
        aria-label=${strings.decisions.copyRows}
        data-tooltip=${strings.decisions.copyRows}
        ?disabled=${rows.length === 0}
        @click=${this.copyRows}
      >
        ${icon("copy")}
      </button>
      <button
        type="button"
        class="button pause-button"
        ?disabled=${rows.length === 0}
        @click=${() => this.emit("pause-toggle")}
      >
        ${icon(isPaused ? "play" : "pause")}<span>${isPaused ? strings.decisions.resume : strings.decisions.pause}</span>
      </button>`;
  }
}
