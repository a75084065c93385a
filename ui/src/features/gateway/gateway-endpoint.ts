/**
 * The upstream of a gateway as a field that is edited in place: the environment's endpoint, or the built-in sample API,
 * which a real endpoint replaces. One Undo restores both.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { undoAction } from "../../commands/undo";
import { fieldError, formError } from "../../components/field";
import { icon } from "../../components/icons";
import { richText } from "../../components/rich-text";
import { type CommandError, toCommandError } from "../../host/command-error";
import type { Environment } from "../../host/types/Environment";
import type { Gateway } from "../../host/types/Gateway";
import { withScheme } from "../../lib/url";
import { applyUpstream, type Upstream } from "../../commands/upstream";
import { strings } from "../../strings";

@customElement("gateway-endpoint")
export class GatewayEndpoint extends AppElement {
  @property({ attribute: false }) gateway!: Gateway;
  @property({ attribute: false }) environment!: Environment;

  /** What was typed; null: nothing since the last save. */
  @state() private text: string | null = null;
  @state() private isBusy = false;
  @state() private error: CommandError | null = null;

  private get upstream(): Upstream {
    return { endpoint: this.environment.endpoint, sample: this.gateway.sample };
  }

  /** The endpoint of the field while nothing is typed. The sample API hides an endpoint that it replaces. */
  private get current(): string {
    return this.gateway.sample ? "" : (this.environment.endpoint ?? "");
  }

  private get isEdited(): boolean {
    return this.text !== null && this.text.trim() !== this.current;
  }

  private get input(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>("#gateway-endpoint");
  }

  /** Applies an upstream and offers Undo. */
  private async save(upstream: Upstream, message: string): Promise<void> {
    if (this.isBusy) return;
    const { stores, environment, upstream: before } = this;
    this.isBusy = true;
    this.error = null;
    try {
      await applyUpstream(stores, environment, upstream);
      this.text = null;
      const undo = undoAction(stores, () => applyUpstream(stores, environment, before));
      stores.toasts.show(message, undo, environment.id);
    } catch (error) {
      this.error = toCommandError(error);
    }
    this.isBusy = false;
    await this.updateComplete;
    // The pressed button may be gone, and an error belongs to the field.
    if (this.error || document.activeElement === document.body) this.input?.focus({ preventScroll: true });
  }

  private async onSubmit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (!this.isEdited) return;
    const endpoint = withScheme(this.text ?? "") || null;
    const message = endpoint === null ? strings.toasts.endpointRemoved : strings.toasts.endpointSet(endpoint);
    await this.save({ endpoint, sample: false }, message);
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Escape" || this.isBusy || this.text === null) return;
    event.preventDefault();
    this.revert();
  }

  private revert(): void {
    this.text = null;
    this.error = null;
    this.input?.focus({ preventScroll: true });
  }

  private useSample(): Promise<void> {
    return this.save({ endpoint: this.environment.endpoint, sample: true }, strings.toasts.usingSample);
  }

  private renderButtons() {
    const { isBusy } = this;
    if (this.isEdited) {
      return html`<button class="button primary" ?disabled=${isBusy} data-busy=${isBusy}>${strings.general.save}</button>
        <button type="button" class="button" ?disabled=${isBusy} @click=${this.revert}>${strings.general.cancel}</button>`;
    }
    if (this.gateway.sample || this.environment.endpoint !== null) return nothing;
    return html`<button
      type="button"
      class="button"
      data-tooltip=${strings.gateway.useSampleTitle}
      ?disabled=${isBusy}
      data-busy=${isBusy}
      @click=${this.useSample}
    >
      ${strings.gateway.useSample}
    </button>`;
  }

  /** One line below the field, at the same place for an error and a hint. */
  private renderHint() {
    const error = fieldError(this.error, ["endpoint"]);
    if (error) {
      return html`<p class="field-error" id="gateway-endpoint-hint">${icon("problem")}<span>${error}</span></p>`;
    }
    if (this.gateway.sample) {
      const path = html`<code>${strings.gateway.samplePath}</code>`;
      return html`<p class="hint" id="gateway-endpoint-hint">${richText(strings.gateway.sample, { path })}</p>`;
    }
    if (this.environment.endpoint !== null) return nothing;
    return html`<p class="hint" id="gateway-endpoint-hint">${strings.gateway.endpointAbout}</p>`;
  }

  protected override render() {
    const hasHint = this.gateway.sample || this.environment.endpoint === null || this.error !== null;
    return html`<form class="endpoint-form" novalidate @submit=${this.onSubmit} @keydown=${this.onKeyDown}>
        <label class="gateway-label" for="gateway-endpoint">${strings.general.endpoint}</label>
        <div class="gateway-line">
          <input
            id="gateway-endpoint"
            class="input mono"
            type="text"
            inputmode="url"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            placeholder=${strings.gateway.endpointPlaceholder}
            .value=${this.text ?? this.current}
            aria-invalid=${fieldError(this.error, ["endpoint"]) ? "true" : nothing}
            aria-describedby=${hasHint ? "gateway-endpoint-hint" : nothing}
            @input=${(event: InputEvent) => {
              this.text = (event.currentTarget as HTMLInputElement).value;
              this.error = null;
            }}
          />
          ${this.renderButtons()}
        </div>
        ${this.renderHint()}
      </form>
      ${formError(this.error, ["endpoint"])}`;
  }
}
