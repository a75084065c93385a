/** Why keys are revoked: a reason, and a note to it. Nothing moves when a reason is chosen. */
import { html, nothing } from "lit";
import { fieldError, textField } from "../../components/field";
import { segments } from "../../components/segments";
import type { CommandError } from "../../host/command-error";
import type { RevokeReason } from "../../host/types/RevokeReason";
import type { Revocation } from "../../stores/keys";
import { strings } from "../../strings";
import { revocation } from "../../strings/key-dialogs";

const REASONS: readonly RevokeReason[] = ["leaked", "superseded", "unused", "other"];

export interface RevocationFields {
  draft: Revocation;
  onChange: (draft: Revocation) => void;
  error: CommandError | null;
}

export const revocationFields = ({ draft, onChange, error }: RevocationFields) => html`<div class="field">
    <div class="field-label">${revocation.reason} <span class="faint">${strings.general.optional}</span></div>
    ${segments({
      name: "revoke-reason",
      label: revocation.reason,
      value: draft.reason,
      choices: REASONS.map((value) => ({ value, label: revocation.reasons[value] })),
      onChange: (reason) => onChange({ ...draft, reason }),
    })}
  </div>
  ${textField({
    id: "revoke-note",
    label: revocation.note,
    optional: strings.general.optional,
    value: draft.note,
    onInput: (note) => onChange({ ...draft, note }),
    error: fieldError(error, ["note"]),
    hint: draft.reason === null ? revocation.noteAfterReason : nothing,
    disabled: draft.reason === null,
  })}`;
