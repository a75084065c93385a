/** Pieces of forms: a labelled text field with a line for its hint or its error, and errors that belong to no field. */
import { html, nothing } from "lit";
import { type CommandError, formatError } from "../host/command-error";
import { icon } from "./icons";

export interface TextField {
  /** Unique in the window. */
  id: string;
  label: unknown;
  value: string;
  onInput: (value: string) => void;
  /** An error takes its place. */
  hint?: unknown;
  error?: string | null;
  /** A word after the label. */
  optional?: string;
  placeholder?: string;
  mono?: boolean;
  autofocus?: boolean;
  disabled?: boolean;
}

export function textField(field: TextField) {
  const messageId = `${field.id}-message`;
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
      aria-describedby=${field.error || field.hint ? messageId : nothing}
      @input=${(event: InputEvent) => field.onInput((event.target as HTMLInputElement).value)}
    />
    <div class="field-message" id=${messageId}>
      ${field.error
        ? html`<p class="field-error">${icon("problem")}<span>${field.error}</span></p>`
        : html`<p class="hint">${field.hint ?? nothing}</p>`}
    </div>
  </div>`;
}

/** Returns the text of an error that belongs to one of these fields. */
export function fieldError(error: CommandError | null, names: string[]): string | null {
  return error?.field && names.includes(error.field) ? formatError(error) : null;
}

/** Renders an error, unless it belongs to one of the fields that show their own errors. */
export function formError(error: CommandError | null, fieldNames: string[] = []) {
  return error && !fieldError(error, fieldNames) ? errorBanner(error) : nothing;
}

export function errorBanner({ message, advice }: { message: string; advice: string | null }) {
  return html`<div class="failure" role="alert">
    ${icon("problem")}
    <p><b>${message}</b> ${advice ?? nothing}</p>
  </div>`;
}
