/** The parts of the one-time prompt that are about the system keychain. */
import { html, nothing } from "lit";
import { icon } from "../../../components/icons";
import type { CommandError } from "../../../host/command-error";
import type { Prompt } from "../../../host/types/Prompt";
import { strings } from "../../../strings";

export interface SaveButton {
  isSaving: boolean;
  /** The new secret of a rotation can be saved only once it was copied. */
  canSave: boolean;
  onSave: () => void;
}

/** It stays in the tab order while it is disabled, so that its reason can be read. */
export function saveButton({ isSaving, canSave, onSave }: SaveButton) {
  const reason = canSave ? nothing : strings.promptOfRotation.saveAfterCopy;
  return html`<button
    type="button"
    class="button quiet"
    data-busy=${isSaving}
    aria-disabled=${isSaving || !canSave ? "true" : nothing}
    aria-description=${reason}
    data-tooltip=${reason}
    @click=${onSave}
  >
    ${icon("keychain")}<span>${isSaving ? strings.prompt.saving : strings.prompt.save}</span>
  </button>`;
}

export const savedNote = ({ keychain, copied }: Prompt, keychainName: string) => html`<div class="prompt-saved">
  ${keychain
    ? html`<p class="small">
        ${icon("keychain")}<span
          >${strings.prompt.saved(keychainName)}${copied ? "" : ` ${strings.prompt.reasonToStaySentence}`}</span
        >
      </p>`
    : nothing}
</div>`;

export const saveFailure = (error: CommandError | null) => html`<div class="prompt-saved">
  ${error
    ? html`<p class="small bad">
        ${icon("problem")}<span><b>${strings.prompt.notSaved}</b> ${error.message} ${error.advice}</span>
      </p>`
    : nothing}
</div>`;
