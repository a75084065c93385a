/** A search field. `/` focuses it; Esc clears it, then leaves it. */
import { html, nothing } from "lit";
import { strings } from "../strings";
import { icon } from "./icons";

export interface SearchField {
  label: string;
  value: string;
  onInput: (value: string) => void;
}

export function searchField({ label, value, onInput }: SearchField) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (value === "") (event.currentTarget as HTMLInputElement).blur();
    else onInput("");
  };
  return html`<div class="search">
    ${icon("search")}
    <input
      type="search"
      aria-label=${label}
      placeholder=${label}
      autocomplete="off"
      spellcheck="false"
      data-shortcut="search"
      .value=${value}
      @input=${(event: InputEvent) => onInput((event.currentTarget as HTMLInputElement).value)}
      @keydown=${onKeyDown}
    />
    ${value
      ? html`<button
          type="button"
          class="icon-button"
          aria-label=${strings.keys.clearSearch}
          @click=${() => onInput("")}
        >
          ${icon("close")}
        </button>`
      : nothing}
  </div>`;
}
