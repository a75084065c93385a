/**
 * The fields of an environment, shared by the first page and the environment dialog: name, stage, prefix with its
 * live example, and in the dialog the endpoint and the key location. Renders a draft and passes the input to it.
 */
import { html, nothing } from "lit";
import { KEY_LOCATIONS } from "../state/key-locations.js";
import { STAGES } from "../state/stages.js";
import { strings } from "../strings.js";
import { errorOf, textField } from "./field.js";
import { LightElement } from "./light-element.js";
import { richText } from "./rich-text.js";
import { selectField } from "./select-field.js";

/** The fields that show their own errors. */
export const ENVIRONMENT_FIELDS = ["name", "environmentName", "prefix", "endpoint", "keyLocation"];

class EnvironmentFields extends LightElement {
  static properties = {
    draft: { attribute: false },
    failure: { attribute: false },
    complete: { type: Boolean },
    focused: { type: Boolean },
    tick: { attribute: false },
  };

  constructor() {
    super();
    /** @type {import("../state/environment-draft.js").EnvironmentDraft} */
    this.draft = /** @type {any} */ (undefined);
    /** @type {import("../host-error.js").HostError | null} */
    this.failure = null;
    this.complete = false;
    this.focused = false;
    this.tick = 0;
  }

  async prefixOpened() {
    this.draft.openPrefix();
    this.requestUpdate();
    await this.updateComplete;
    const input = /** @type {HTMLInputElement | null} */ (this.find("#environment-prefix"));
    input?.focus();
    input?.select();
  }

  prefixPart() {
    const { draft, failure } = this;
    const example = html`<code class="example">${draft.preview?.example ?? "\u00a0"}</code>`;
    if (draft.environment?.prefixFixed) {
      return html`<p class="muted small">${richText(strings.environmentDialog.keysLookLike, { example })}</p>`;
    }
    const willLookLike = richText(strings.environmentDialog.keysWillLookLike, { example });
    const error = errorOf(failure, ["prefix"]);
    if (draft.prefixOpen || error) {
      return html`${textField({
          id: "environment-prefix",
          label: strings.environmentDialog.prefix,
          value: draft.prefix ?? draft.preview?.prefix ?? "",
          changed: (prefix) => draft.setPrefix(prefix),
          error: draft.preview?.prefixProblem ?? error,
          mono: true,
        })}
        <p class="muted small after-field ${draft.preview?.prefixProblem ? "unseen" : ""}">${willLookLike}</p>`;
    }
    return html`<p class="muted small">
        ${willLookLike}<span aria-hidden="true"> · </span
        ><button type="button" class="link" @click=${this.prefixOpened}>${strings.environmentDialog.editPrefix}</button>
      </p>
      ${draft.preview?.prefixProblem ? html`<p class="field-error">${draft.preview.prefixProblem}</p>` : nothing}`;
  }

  keyLocationPart() {
    const { draft, failure } = this;
    return html`<div class="field">
        <div class="field-label"><label for="environment-key-location">${strings.general.keyLocation}</label></div>
        ${selectField({
          id: "environment-key-location",
          label: strings.general.keyLocation,
          value: draft.keyLocation,
          choices: KEY_LOCATIONS.map((kind) => ({ value: kind, label: strings.environmentDialog.keyLocations[kind] })),
          changed: (kind) => draft.setKeyLocation(/** @type {typeof draft.keyLocation} */ (kind)),
          describedBy: "environment-key-location-hint",
        })}
        <p class="hint" id="environment-key-location-hint">${strings.environmentDialog.keyLocationHint}</p>
      </div>
      ${draft.keyLocation === "header"
        ? textField({
            id: "environment-key-header",
            label: strings.environmentDialog.headerName,
            value: draft.keyHeader,
            placeholder: strings.environmentDialog.headerPlaceholder,
            changed: (name) => draft.setKeyHeader(name),
            error: errorOf(failure, ["keyLocation"]),
            mono: true,
          })
        : nothing}`;
  }

  render() {
    const { draft, failure } = this;
    return html`
      ${textField({
        id: "environment-name",
        label: strings.environmentDialog.name,
        value: draft.name,
        changed: (name) => draft.setName(name),
        error: errorOf(failure, ["environmentName", "name"]),
        autofocus: this.focused,
      })}
      <fieldset class="field">
        <legend>${strings.general.stage}</legend>
        <div class="segments">
          ${STAGES.map(
            (stage) => html`<label class="segment"
              ><input
                type="radio"
                name="stage"
                value=${stage}
                .checked=${draft.stage === stage}
                @change=${() => draft.setStage(stage)}
              /><span>${strings.environment.stages[stage]}</span></label
            >`,
          )}
        </div>
      </fieldset>
      ${this.complete
        ? html`${textField({
            id: "environment-endpoint",
            label: strings.general.endpoint,
            optional: strings.environmentDialog.optional,
            value: draft.endpoint,
            placeholder: strings.environmentDialog.endpointPlaceholder,
            changed: (endpoint) => draft.setEndpoint(endpoint),
            error: errorOf(failure, ["endpoint"]),
            hint: strings.environmentDialog.endpointHint,
            mono: true,
          })}
          ${this.keyLocationPart()}`
        : nothing}
      <div class="prefix-part">${this.prefixPart()}</div>
    `;
  }
}

customElements.define("environment-fields", EnvironmentFields);
