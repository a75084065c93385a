/** When new keys of an environment expire, and how long they may work at most. */
import { html, nothing } from "lit";
import { icon } from "../../components/icons";
import { selectField } from "../../components/select-field";
import { strings } from "../../strings";
import {
  DEFAULT_CHOICES,
  type LifetimeChoice,
  type LifetimeDraft,
  type LifetimeDrafts,
  MAX_CHOICES,
} from "./lifetime-draft";

interface LifetimeField {
  id: string;
  label: string;
  numberLabel: string;
  draft: LifetimeDraft;
  choices: readonly LifetimeChoice[];
  labelOf: (choice: LifetimeChoice) => string;
  onChange: (draft: LifetimeDraft) => void;
  error: string | null;
}

function lifetimeField({ id, label, numberLabel, draft, choices, labelOf, onChange, error }: LifetimeField) {
  return html`<div class="field">
    <div class="field-label"><label for=${id}>${label}</label></div>
    <div class="lifetime">
      ${selectField({
        id,
        label,
        value: draft.choice,
        choices: choices.map((value) => ({ value, label: labelOf(value) })),
        onChange: (choice) => onChange({ ...draft, choice }),
        describedBy: "lifetimes-message",
      })}
      ${draft.choice === "other"
        ? html`<input
              class="input"
              type="text"
              inputmode="numeric"
              autocomplete="off"
              id="${id}-days"
              aria-label=${numberLabel}
              aria-invalid=${error ? "true" : nothing}
              aria-describedby="lifetimes-message"
              .value=${draft.days}
              @input=${(event: InputEvent) => onChange({ ...draft, days: (event.target as HTMLInputElement).value })}
            /><span class="muted small" aria-hidden="true">${strings.environmentDialog.days}</span>`
        : nothing}
    </div>
  </div>`;
}

export function lifetimeFields(
  { defaultDays, maxDays }: LifetimeDrafts,
  onChange: (changes: Partial<LifetimeDrafts>) => void,
  error: string | null,
) {
  const { afterDays, otherDays, never, unlimited, limitedDays, ...text } = strings.environmentDialog;
  const defaultLabel = (choice: LifetimeChoice): string => {
    if (choice === "none") return never;
    return choice === "other" ? otherDays : afterDays(Number(choice));
  };
  return html`<div class="lifetimes">
      ${lifetimeField({
        id: "default-days",
        label: text.defaultDays,
        numberLabel: text.defaultDaysNumber,
        draft: defaultDays,
        choices: DEFAULT_CHOICES,
        labelOf: defaultLabel,
        onChange: (draft) => onChange({ defaultDays: draft }),
        error,
      })}
      ${lifetimeField({
        id: "max-days",
        label: text.maxDays,
        numberLabel: text.maxDaysNumber,
        draft: maxDays,
        choices: MAX_CHOICES,
        labelOf: (choice) => (choice === "none" ? unlimited : limitedDays),
        onChange: (draft) => onChange({ maxDays: draft }),
        error,
      })}
    </div>
    <div class="field-message" id="lifetimes-message">
      ${error
        ? html`<p class="field-error">${icon("problem")}<span>${error}</span></p>`
        : html`<p class="hint">${text.lifetimesHint}</p>`}
    </div>`;
}
