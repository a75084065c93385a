/** The choice of an expiry, and the date that it results in. Nothing moves when another choice is selected. */
import { html, nothing } from "lit";
import { icon } from "../../components/icons";
import { segments } from "../../components/segments";
import type { Environment } from "../../host/types/Environment";
import { formatMinute } from "../../lib/format/date";
import { strings } from "../../strings";
import { expiryStrings } from "../../strings/key-details";
import {
  chosenExpiry,
  defaultChoice,
  type ExpiryChoice,
  expiryChoices,
  type ExpiryDraft,
  expiryTime,
} from "./expiry-choices";

export interface ExpiryField {
  environment: Environment;
  draft: ExpiryDraft;
  onChange: (draft: ExpiryDraft) => void;
  error: string | null;
  /** The current expiry of an existing key, which can be kept. */
  current?: number | null;
  /** Whether the default of the environment is named. */
  showsDefault?: boolean;
}

const describe = (time: number | null): string =>
  time === null ? strings.keys.neverExpires : strings.keys.expiresOn(formatMinute(time));

function result({ environment, draft, current = null, showsDefault }: ExpiryField): string {
  if (draft.choice === "unchanged") return describe(current);
  const expiry = chosenExpiry(draft);
  if (!expiry) return expiryStrings.dateHint;
  const text = describe(expiryTime(expiry, environment, Date.now()));
  return showsDefault && draft.choice === defaultChoice(environment) ? expiryStrings.defaultResult(text) : text;
}

function choiceLabel(choice: ExpiryChoice): string {
  const { unchanged, never, date, days } = expiryStrings;
  if (choice === "unchanged") return unchanged;
  if (choice === "never") return never;
  return choice === "date" ? date : days(Number(choice));
}

export function expiryField(field: ExpiryField) {
  const { environment, draft, onChange, error, current } = field;
  const choices: ExpiryChoice[] = [...(current === undefined ? [] : ["unchanged" as const]), ...expiryChoices(environment)];
  return html`<div class="field expiry-field">
    <div class="field-label">${expiryStrings.label}</div>
    ${segments({
      name: "expiry",
      label: expiryStrings.label,
      value: draft.choice,
      choices: choices.map((value) => ({ value, label: choiceLabel(value) })),
      onChange: (choice) => onChange({ ...draft, choice }),
    })}
    <div class="expiry-result">
      ${draft.choice === "date"
        ? html`<input
            type="date"
            class="input"
            id="expiry-date"
            aria-label=${expiryStrings.dateLabel}
            aria-invalid=${error ? "true" : nothing}
            aria-describedby="expiry-message"
            placeholder=${expiryStrings.datePlaceholder}
            .value=${draft.date}
            @input=${(event: InputEvent) => onChange({ ...draft, date: (event.target as HTMLInputElement).value })}
          />`
        : nothing}
      <div id="expiry-message" role="status">
        ${error
          ? html`<p class="field-error">${icon("problem")}<span>${error}</span></p>`
          : html`<p class="hint">${result(field)}</p>`}
      </div>
    </div>
    ${environment.maxDays === null ? nothing : html`<p class="hint">${expiryStrings.limit(environment.maxDays)}</p>`}
  </div>`;
}
