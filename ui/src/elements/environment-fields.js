/**
 * The fields of an environment, shared by the first page and the environment dialog: name, stage, prefix with its
 * live example, and in the dialog the endpoint and the key location. Renders a draft and hands it what is typed.
 */
import { html, nothing } from "lit";
import { KEY_LOCATIONS } from "../state/key-locations.js";
import { STAGES } from "../state/stages.js";
import { errorOf, textField } from "./field.js";
import { LightElement } from "./light-element.js";
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
      return html`<p class="muted small">Its keys look like ${example} The prefix is fixed: a key carries it.</p>`;
    }
    const refused = errorOf(failure, ["prefix"]);
    if (draft.prefixOpen || refused) {
      return html`${textField({
          id: "environment-prefix",
          label: "Prefix",
          value: draft.prefix ?? draft.preview?.prefix ?? "",
          changed: (prefix) => draft.setPrefix(prefix),
          error: draft.preview?.prefixProblem ?? refused,
          mono: true,
        })}
        <p class="muted small after-field ${draft.preview?.prefixProblem ? "unseen" : ""}">Its keys will look like ${example}</p>`;
    }
    return html`<p class="muted small">
        Its keys will look like ${example}<span aria-hidden="true"> · </span
        ><button type="button" class="link" @click=${this.prefixOpened}>change the prefix</button>
      </p>
      ${draft.preview?.prefixProblem ? html`<p class="field-error">${draft.preview.prefixProblem}</p>` : nothing}`;
  }

  keyLocationPart() {
    const { draft, failure } = this;
    return html`<div class="field">
        <div class="field-label"><label for="environment-key-location">Key location</label></div>
        ${selectField({
          id: "environment-key-location",
          label: "Key location",
          value: draft.keyLocation,
          choices: KEY_LOCATIONS.map(({ kind, label }) => ({ value: kind, label })),
          changed: (kind) => draft.setKeyLocation(/** @type {typeof draft.keyLocation} */ (kind)),
          describedBy: "environment-key-location-hint",
        })}
        <p class="hint" id="environment-key-location-hint">The header that carries the key. A key anywhere else is refused.</p>
      </div>
      ${draft.keyLocation === "header"
        ? textField({
            id: "environment-key-header",
            label: "Header name",
            value: draft.keyHeader,
            placeholder: "X-Acme-Key",
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
        label: "Environment name",
        value: draft.name,
        changed: (name) => draft.setName(name),
        error: errorOf(failure, ["environmentName", "name"]),
        autofocus: this.focused,
      })}
      <fieldset class="field">
        <legend>Stage</legend>
        <div class="segments">
          ${STAGES.map(
            ({ stage, label }) => html`<label class="segment"
              ><input
                type="radio"
                name="stage"
                value=${stage}
                .checked=${draft.stage === stage}
                @change=${() => draft.setStage(stage)}
              /><span>${label}</span></label
            >`,
          )}
        </div>
      </fieldset>
      ${this.complete
        ? html`${textField({
            id: "environment-endpoint",
            label: "Endpoint",
            optional: "optional",
            value: draft.endpoint,
            placeholder: "https://api.example.com",
            changed: (endpoint) => draft.setEndpoint(endpoint),
            error: errorOf(failure, ["endpoint"]),
            hint: "Where this environment's API answers.",
            mono: true,
          })}
          ${this.keyLocationPart()}`
        : nothing}
      <div class="prefix-part">${this.prefixPart()}</div>
    `;
  }
}

customElements.define("environment-fields", EnvironmentFields);
