/** The choice of an overlap, and what it means. Nothing moves when another choice is selected. */
import { html, nothing } from "lit";
import { icon } from "../../../components/icons";
import { segments } from "../../../components/segments";
import { strings } from "../../../strings";
import { rotation } from "../../../strings/key-details";
import { MAX_OVERLAP_HOURS, OVERLAP_CHOICES, type OverlapChoice, type OverlapDraft, overlapSeconds } from "./overlap-choices";

export interface OverlapField {
  draft: OverlapDraft;
  onChange: (draft: OverlapDraft) => void;
  error: string | null;
}

function choiceLabel(choice: OverlapChoice): string {
  if (choice === "custom") return rotation.custom;
  const hours = Number(choice);
  if (hours === 0) return rotation.now;
  return hours > 24 ? rotation.days(hours / 24) : rotation.hours(hours);
}

function result(draft: OverlapDraft): string {
  const seconds = overlapSeconds(draft);
  return seconds === null ? rotation.customHint(MAX_OVERLAP_HOURS) : strings.promptOfRotation.overlap(seconds);
}

export function overlapField({ draft, onChange, error }: OverlapField) {
  return html`<div class="field overlap-field">
    <div class="field-label">${rotation.overlap}</div>
    ${segments({
      name: "overlap",
      label: rotation.overlap,
      value: draft.choice,
      choices: OVERLAP_CHOICES.map((value) => ({ value, label: choiceLabel(value) })),
      onChange: (choice) => onChange({ ...draft, choice }),
    })}
    <div class="overlap-result">
      ${draft.choice === "custom"
        ? html`<input
              class="input"
              type="text"
              inputmode="numeric"
              autocomplete="off"
              id="overlap-hours"
              aria-label=${rotation.customHours}
              aria-invalid=${error ? "true" : nothing}
              aria-describedby="overlap-message"
              .value=${draft.hours}
              @input=${(event: InputEvent) => onChange({ ...draft, hours: (event.target as HTMLInputElement).value })}
            /><span class="muted small" aria-hidden="true">${rotation.customUnit}</span>`
        : nothing}
      <div id="overlap-message" role="status">
        ${error
          ? html`<p class="field-error">${icon("problem")}<span>${error}</span></p>`
          : html`<p class="hint">${result(draft)}</p>`}
      </div>
    </div>
  </div>`;
}
