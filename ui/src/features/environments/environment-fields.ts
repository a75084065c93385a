/**
 * The fields of an environment, shared by the first page and the environment dialog: name, stage, prefix with its live
 * example, and in the dialog the endpoint and the key location.
 */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { fieldError, textField } from "../../components/field";
import { icon } from "../../components/icons";
import { richText } from "../../components/rich-text";
import { selectField } from "../../components/select-field";
import type { CommandError } from "../../host/command-error";
import type { Store } from "../../lib/store";
import { strings } from "../../strings";
import type { EnvironmentForm } from "./environment-form";
import { KEY_LOCATIONS } from "./key-location";
import { STAGES } from "./stage";

/** The fields that show their own errors. */
export const ENVIRONMENT_FIELDS = ["name", "environmentName", "prefix", "endpoint", "keyLocation"];

@customElement("environment-fields")
export class EnvironmentFields extends AppElement {
  @property({ attribute: false }) form!: EnvironmentForm;
  @property({ attribute: false }) error: CommandError | null = null;
  /** Whether the endpoint and the key location are shown. */
  @property({ type: Boolean }) complete = false;
  /** Whether the name gets the focus. */
  @property({ type: Boolean }) focused = false;

  protected override observed(): Store[] {
    return [this.form];
  }

  private async onEditPrefix(): Promise<void> {
    this.form.editPrefix();
    await this.updateComplete;
    const input = this.querySelector<HTMLInputElement>("#environment-prefix");
    input?.focus();
    input?.select();
  }

  private renderPrefix() {
    const { form } = this;
    const example = html`<code class="example">${form.preview?.example ?? "\u00a0"}</code>`;
    if (form.environment?.prefixFixed) {
      return html`<p class="muted small">${richText(strings.environmentDialog.keysLookLike, { example })}</p>`;
    }
    const willLookLike = richText(strings.environmentDialog.keysWillLookLike, { example });
    const problem = form.preview?.prefixProblem ?? null;
    const error = fieldError(this.error, ["prefix"]);
    if (form.isPrefixOpen || error) {
      return html`${textField({
          id: "environment-prefix",
          label: strings.environmentDialog.prefix,
          value: form.prefix ?? form.preview?.prefix ?? "",
          onInput: (prefix) => form.setPrefix(prefix),
          hint: willLookLike,
          error: problem ?? error,
          mono: true,
        })}`;
    }
    const about = problem ? html`<span class="prefix-problem">${problem}</span>` : willLookLike;
    return html`<p class="muted small">
      ${about}<span aria-hidden="true"> · </span
      ><button type="button" class="link" @click=${this.onEditPrefix}>${strings.environmentDialog.editPrefix}</button>
    </p>`;
  }

  /** A prefix that names another stage misleads everyone who sees a key. Its line is always there, so it moves nothing. */
  private renderStageWarning() {
    const { otherStage } = this.form;
    const { stages } = strings.environment;
    return html`<p class="stage-warning" role="status">
      ${otherStage
        ? html`${icon("warning")}<span
              >${strings.environmentDialog.otherStage(stages[otherStage], stages[this.form.stage])}</span
            >`
        : nothing}
    </p>`;
  }

  private renderKeyLocation() {
    const { form } = this;
    return html`<div class="field">
        <div class="field-label"><label for="environment-key-location">${strings.general.keyLocation}</label></div>
        ${selectField({
          id: "environment-key-location",
          label: strings.general.keyLocation,
          value: form.keyLocation,
          choices: KEY_LOCATIONS.map((kind) => ({ value: kind, label: strings.environmentDialog.keyLocations[kind] })),
          onChange: (kind) => form.setKeyLocation(kind),
          describedBy: "environment-key-location-hint",
        })}
        <p class="hint" id="environment-key-location-hint">${strings.environmentDialog.keyLocationHint}</p>
      </div>
      ${form.keyLocation === "header"
        ? textField({
            id: "environment-key-header",
            label: strings.environmentDialog.headerName,
            value: form.keyHeader,
            placeholder: strings.environmentDialog.headerPlaceholder,
            onInput: (name) => form.setKeyHeader(name),
            error: fieldError(this.error, ["keyLocation"]),
            mono: true,
          })
        : nothing}`;
  }

  private renderEndpoint() {
    const { form } = this;
    return textField({
      id: "environment-endpoint",
      label: strings.general.endpoint,
      optional: strings.general.optional,
      value: form.endpoint,
      placeholder: strings.environmentDialog.endpointPlaceholder,
      onInput: (endpoint) => form.setEndpoint(endpoint),
      error: fieldError(this.error, ["endpoint"]),
      hint: strings.environmentDialog.endpointHint,
      mono: true,
    });
  }

  protected override render() {
    const { form } = this;
    return html`
      ${textField({
        id: "environment-name",
        label: strings.environmentDialog.name,
        value: form.name,
        onInput: (name) => form.setName(name),
        error: fieldError(this.error, ["environmentName", "name"]),
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
                .checked=${form.stage === stage}
                @change=${() => form.setStage(stage)}
              /><span>${strings.environment.stages[stage]}</span></label
            >`,
          )}
        </div>
      </fieldset>
      ${this.complete ? html`${this.renderEndpoint()} ${this.renderKeyLocation()}` : nothing}
      <div class="prefix-part">${this.renderPrefix()} ${this.renderStageWarning()}</div>
    `;
  }
}
