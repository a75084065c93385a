/** A select field that looks alike in every web engine. */
import { html, nothing } from "lit";
import { icon } from "./icons.js";

/**
 * @param {object} field
 * @param {string} field.label its accessible name
 * @param {string} field.value
 * @param {{value: string, label: string}[]} field.choices
 * @param {(value: string) => void} field.changed
 * @param {string} [field.name] its `data-control`
 * @param {string} [field.id]
 * @param {string} [field.describedBy] the id of its hint
 */
export function selectField({ label, value, choices, changed, name, id, describedBy }) {
  return html`<span class="select"
    ><select
      class="input"
      id=${id ?? nothing}
      aria-label=${label}
      data-control=${name ?? nothing}
      aria-describedby=${describedBy ?? nothing}
      @change=${(/** @type {Event} */ event) => changed(/** @type {HTMLSelectElement} */ (event.target).value)}
    >
      ${choices.map(
        (choice) => html`<option value=${choice.value} .selected=${choice.value === value}>${choice.label}</option>`,
      )}</select
    >${icon("chevron")}</span
  >`;
}
