/** Pieces of forms: a labelled text field with its hint and its error, and the error that belongs to no field. */
import { html, nothing } from "lit";
import { icon } from "./icons.js";

/** @typedef {import("../host-error.js").HostError} HostError */

/**
 * @param {object} field
 * @param {string} field.id unique in the window
 * @param {string} field.label
 * @param {string} field.value
 * @param {(value: string) => void} field.changed
 * @param {string} [field.hint]
 * @param {string | null} [field.error]
 * @param {string} [field.optional] a word after the label
 * @param {string} [field.placeholder]
 * @param {boolean} [field.mono]
 * @param {boolean} [field.autofocus]
 * @param {boolean} [field.disabled]
 */
export function textField(field) {
  const described = [field.error ? `${field.id}-error` : "", field.hint ? `${field.id}-hint` : ""].filter(Boolean);
  return html`<div class="field">
    <div class="field-label">
      <label for=${field.id}>${field.label}</label>${field.optional
        ? html` <span class="faint">${field.optional}</span>`
        : nothing}
    </div>
    <input
      id=${field.id}
      class="input ${field.mono ? "mono" : ""}"
      type="text"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      placeholder=${field.placeholder ?? nothing}
      .value=${field.value}
      ?autofocus=${field.autofocus ?? false}
      ?disabled=${field.disabled ?? false}
      aria-invalid=${field.error ? "true" : nothing}
      aria-describedby=${described.length ? described.join(" ") : nothing}
      @input=${(/** @type {InputEvent} */ event) =>
        field.changed(/** @type {HTMLInputElement} */ (event.target).value)}
    />
    ${field.error ? html`<p class="field-error" id="${field.id}-error">${icon("problem")}<span>${field.error}</span></p>` : nothing}
    ${field.hint ? html`<p class="hint" id="${field.id}-hint">${field.hint}</p>` : nothing}
  </div>`;
}

/**
 * Returns the sentences of a failure if it belongs to one of these fields.
 *
 * @param {HostError | null} failure
 * @param {string[]} names
 */
export function errorOf(failure, names) {
  if (!failure?.field || !names.includes(failure.field)) return null;
  return sentences(failure);
}

/**
 * Renders a failure that belongs to none of the given fields.
 *
 * @param {HostError | null} failure
 * @param {string[]} [fields] the fields that show their own errors
 */
export function formFailure(failure, fields = []) {
  if (!failure || (failure.field && fields.includes(failure.field))) return nothing;
  return failureBlock(failure);
}

/** @param {{message: string, advice: string | null}} failure */
export function failureBlock({ message, advice }) {
  return html`<div class="failure" role="alert">
    ${icon("problem")}
    <p><b>${message}</b> ${advice ?? nothing}</p>
  </div>`;
}

/** @param {{message: string, advice: string}} failure */
export const sentences = ({ message, advice }) => (advice ? `${message} ${advice}` : message);
