/** A row of radio buttons. */
import { html } from "lit";

export interface Segments<T extends string> {
  /** The name of the radio buttons, unique in the window. */
  name: string;
  /** The accessible name. */
  label: string;
  /** Null: none is selected yet. */
  value: T | null;
  choices: { value: T; label: string }[];
  onChange: (value: T) => void;
}

export function segments<T extends string>({ name, label, value, choices, onChange }: Segments<T>) {
  return html`<div class="segments" role="radiogroup" aria-label=${label}>
    ${choices.map(
      (choice) => html`<label class="segment"
        ><input
          type="radio"
          name=${name}
          .checked=${choice.value === value}
          @change=${() => onChange(choice.value)}
        /><span data-label=${choice.label}>${choice.label}</span></label
      >`,
    )}
  </div>`;
}
