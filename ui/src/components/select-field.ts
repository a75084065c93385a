/** A select field that looks alike in every web engine. */
import { html, nothing } from "lit";
import { icon } from "./icons";

export interface SelectField<T extends string> {
  /** The accessible name. */
  label: string;
  value: T;
  choices: { value: T; label: string }[];
  onChange: (value: T) => void;
  /** The value of `data-control`. */
  name?: string;
  id?: string;
  /** The id of the hint. */
  describedBy?: string;
}

export function selectField<T extends string>(field: SelectField<T>) {
  const { label, value, choices, onChange, name, id, describedBy } = field;
  const onSelect = (event: Event) => {
    const choice = choices[(event.target as HTMLSelectElement).selectedIndex];
    if (choice) onChange(choice.value);
  };
  return html`<span class="select"
    ><select
      class="input"
      id=${id ?? nothing}
      aria-label=${label}
      data-control=${name ?? nothing}
      aria-describedby=${describedBy ?? nothing}
      @change=${onSelect}
    >
      ${choices.map(
        (choice) => html`<option value=${choice.value} .selected=${choice.value === value}>${choice.label}</option>`,
      )}</select
    >${icon("chevron")}</span
  >`;
}
