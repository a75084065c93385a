/** The fields of a key, shared by the dialogs that create and edit one. */
import { html } from "lit";
import { fieldError, textField } from "../../components/field";
import { textArea } from "../../components/text-area";
import { CommandError } from "../../host/command-error";
import { strings } from "../../strings";
import { newKey } from "../../strings/key-dialogs";
import { expiryStrings, keyFields } from "../../strings/key-details";
import type { KeyDraft } from "./key-draft";

/** The fields that show their own errors. */
export const KEY_FIELDS = ["name", "expiry", "owner", "tags", "note"];

const MAX_NOTE_LENGTH = 500;

export interface KeyFields {
  draft: KeyDraft;
  onChange: (changes: Partial<KeyDraft>) => void;
  error: CommandError | null;
}

/** The error of a date that is none. */
export const invalidDate = (): CommandError =>
  new CommandError("invalid_date", expiryStrings.dateHint, "", "expiry");

export const nameField = ({ draft, onChange, error }: KeyFields) =>
  textField({
    id: "key-name",
    label: newKey.name,
    value: draft.name,
    onInput: (name) => onChange({ name }),
    error: fieldError(error, ["name"]),
    hint: newKey.nameHint,
    autofocus: true,
  });

export const permissionFields = ({ draft, onChange }: KeyFields) => html`<fieldset class="field">
  <legend>${strings.general.permissions}</legend>
  <div class="permission-options">
    <div class="option">
      <input id="permission-read" type="checkbox" checked disabled aria-describedby="permission-read-about" />
      <div>
        <label for="permission-read">${strings.general.read}</label>
        <span class="faint">${newKey.readAlways}</span>
        <p class="muted small" id="permission-read-about">${newKey.readAbout}</p>
      </div>
    </div>
    <div class="option">
      <input
        id="permission-write"
        type="checkbox"
        aria-describedby="permission-write-about"
        .checked=${draft.canWrite}
        @change=${(event: Event) => onChange({ canWrite: (event.currentTarget as HTMLInputElement).checked })}
      />
      <div>
        <label for="permission-write">${strings.general.write}</label>
        <p class="muted small" id="permission-write-about">${newKey.writeAbout}</p>
      </div>
    </div>
  </div>
</fieldset>`;

/** Owner, tags and note. */
export const detailFields = ({ draft, onChange, error }: KeyFields) => html`<div class="owner-and-tags">
    ${textField({
      id: "key-owner",
      label: keyFields.owner,
      value: draft.owner,
      onInput: (owner) => onChange({ owner }),
      error: fieldError(error, ["owner"]),
      hint: keyFields.ownerHint,
    })}
    ${textField({
      id: "key-tags",
      label: keyFields.tags,
      value: draft.tags,
      onInput: (tags) => onChange({ tags }),
      error: fieldError(error, ["tags"]),
      hint: keyFields.tagsHint,
    })}
  </div>
  ${textArea({
    id: "key-note",
    label: keyFields.note,
    value: draft.note,
    onInput: (note) => onChange({ note }),
    maxLength: MAX_NOTE_LENGTH,
    error: fieldError(error, ["note"]),
  })}`;
