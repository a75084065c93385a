/** A labelled field for several lines, with a line for its error. */
import { html, nothing } from "lit";
import { icon } from "./icons";

export interface TextArea {
  /** Unique in the window. */
  id: string;
  label: string;
  value: string;
  onInput: (value: string) => void;
  maxLength: number;
  error: string | null;
}

export function textArea({ id, label, value, onInput, maxLength, error }: TextArea) {
  const messageId = `${id}-message`;
  return html`<div class="field">
    <div class="field-label"><label for=${id}>${label}</label></div>
    <textarea
      id=${id}
      class="input"
      rows="3"
      maxlength=${maxLength}
      .value=${value}
      aria-invalid=${error ? "true" : nothing}
      aria-describedby=${error ? messageId : nothing}
      @input=${(event: InputEvent) => onInput((event.target as HTMLTextAreaElement).value)}
    ></textarea>
    ${error
      ? html`<p class="field-error" id=${messageId}>${icon("problem")}<span>${error}</span></p>`
      : nothing}
  </div>`;
}
