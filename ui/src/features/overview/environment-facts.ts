/** The facts about an environment. They can be copied; name and endpoint can be edited in place. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { editEnvironment, patchEnvironment } from "../../commands/environment";
import "../../components/copy-icon-button";
import { icon } from "../../components/icons";
import { relativeTime } from "../../components/relative-time";
import { type CommandError, formatError, toCommandError } from "../../host/command-error";
import type { Environment } from "../../host/types/Environment";
import type { EnvironmentDetail } from "../../host/types/EnvironmentDetail";
import { strings } from "../../strings";
import { keyLocationLabel } from "../environments/key-location";

type Editable = "name" | "endpoint";

@customElement("environment-facts")
export class EnvironmentFacts extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  @state() private editing: Editable | null = null;
  @state() private isBusy = false;
  @state() private error: CommandError | null = null;

  private async edit(field: Editable): Promise<void> {
    this.editing = field;
    this.error = null;
    await this.updateComplete;
    const input = this.querySelector("input");
    input?.focus();
    input?.select();
  }

  private async stopEditing(): Promise<void> {
    const field = this.editing;
    this.editing = null;
    this.error = null;
    await this.updateComplete;
    if (document.activeElement === document.body) this.querySelector<HTMLElement>(`[data-edit=${field}]`)?.focus();
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const field = this.editing;
    if (this.isBusy || field === null) return;
    const text = this.querySelector("input")?.value.trim() ?? "";
    const value = text === "" && field === "endpoint" ? null : text;
    if (value === this.environment[field]) return this.stopEditing();
    this.isBusy = true;
    try {
      await patchEnvironment(this.stores, this.environment, { [field]: value });
    } catch (error) {
      this.error = toCommandError(error);
      this.querySelector("input")?.focus();
      return;
    } finally {
      this.isBusy = false;
    }
    await this.stopEditing();
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Escape" || this.isBusy) return;
    event.preventDefault();
    void this.stopEditing();
  }

  private renderForm(field: Editable, label: string) {
    const { isBusy, error } = this;
    return html`<form
      class="fact-form"
      novalidate
      @submit=${this.save}
      @keydown=${this.onKeyDown}
      @input=${() => (this.error = null)}
    >
      <input
        class="input ${field === "endpoint" ? "mono" : ""}"
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        aria-label=${label}
        aria-invalid=${error ? "true" : nothing}
        aria-describedby=${error ? "fact-error" : nothing}
        placeholder=${field === "endpoint" ? strings.environmentDialog.endpointPlaceholder : nothing}
        .value=${this.environment[field] ?? ""}
      />
      <button class="button primary" ?disabled=${isBusy} data-busy=${isBusy}>${strings.general.save}</button>
      <button type="button" class="button" ?disabled=${isBusy} @click=${this.stopEditing}>
        ${strings.general.cancel}
      </button>
      ${error
        ? html`<p class="field-error" id="fact-error">${icon("problem")}<span>${formatError(error)}</span></p>`
        : nothing}
    </form>`;
  }

  private renderCopy(detail: EnvironmentDetail, label: string) {
    const environmentId = this.environment.id;
    return html`<copy-icon-button
      .label=${strings.overview.copyFact(label)}
      .copy=${() => this.stores.host.copyEnvironmentDetail({ environmentId, detail })}
    ></copy-icon-button>`;
  }

  private renderEdit(field: Editable, label: string) {
    return html`<button
      type="button"
      class="icon-button"
      data-edit=${field}
      aria-label=${strings.overview.editFact(label)}
      data-tooltip=${strings.overview.editFact(label)}
      @click=${() => this.edit(field)}
    >
      ${icon("edit")}
    </button>`;
  }

  private get lifetimes(): string {
    const { defaultDays, maxDays } = this.environment;
    const { never, afterDays, atMostDays } = strings.overview;
    const usual = defaultDays ?? maxDays;
    const text = usual === null ? never : afterDays(usual);
    return maxDays === null || maxDays === usual ? text : atMostDays(text, maxDays);
  }

  private renderEditLifetimes() {
    const { stores, environment } = this;
    const label = strings.overview.editFact(strings.overview.lifetimeInSentence);
    const edit = () => {
      const project = stores.projects.find(environment.projectId);
      if (project) void editEnvironment(stores, project, environment);
    };
    return html`<button type="button" class="icon-button" aria-label=${label} data-tooltip=${label} @click=${edit}>
      ${icon("edit")}
    </button>`;
  }

  private renderFact(label: string, value: unknown, actions: unknown = nothing, field: Editable | null = null) {
    return html`<div>
      <dt>${label}</dt>
      <dd>
        ${field !== null && field === this.editing
          ? this.renderForm(field, label)
          : html`<span class="fact-value">${value}</span>${actions}`}
      </dd>
    </div>`;
  }

  protected override render() {
    const { name, prefix, endpoint, keyLocation, stage, createdAt, activatedAt } = this.environment;
    const now = Date.now();
    const { overview, general } = strings;
    return html`<section class="card overview-card" aria-labelledby="facts">
      <h2 id="facts">${overview.facts}</h2>
      <dl class="environment-facts">
        ${this.renderFact(
          overview.name,
          html`<bdi>${name}</bdi>`,
          this.renderEdit("name", overview.nameInSentence),
          "name",
        )}
        ${this.renderFact(
          general.endpoint,
          endpoint ? html`<code>${endpoint}</code>` : html`<span class="faint">${general.noEndpoint}</span>`,
          html`${endpoint ? this.renderCopy("endpoint", overview.endpointInSentence) : nothing}${this.renderEdit(
            "endpoint",
            overview.endpointInSentence,
          )}`,
          "endpoint",
        )}
        ${this.renderFact(
          overview.prefix,
          html`<code>${prefix}</code>`,
          this.renderCopy("prefix", overview.prefixInSentence),
        )}
        ${this.renderFact(general.keyLocation, html`<code>${keyLocationLabel(keyLocation)}</code>`)}
        ${this.renderFact(overview.newKeysExpire, this.lifetimes, this.renderEditLifetimes())}
        ${this.renderFact(general.stage, strings.environment.stages[stage])}
        ${this.renderFact(
          overview.activeSince,
          activatedAt === null
            ? html`<span class="faint">${overview.notActive}</span>`
            : relativeTime(activatedAt, now),
        )}
        ${this.renderFact(overview.created, relativeTime(createdAt, now))}
      </dl>
    </section>`;
  }
}
