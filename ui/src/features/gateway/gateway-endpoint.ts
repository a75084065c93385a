/**
 * The upstream of a gateway: the environment's endpoint or the built-in sample API, which a real endpoint replaces. One
 * Undo restores both.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { undoAction } from "../../commands/undo";
import { badge } from "../../components/badge";
import { fieldError, formError, textField } from "../../components/field";
import { richText } from "../../components/rich-text";
import { type CommandError, toCommandError } from "../../host/command-error";
import type { Environment } from "../../host/types/Environment";
import type { Gateway } from "../../host/types/Gateway";
import type { Stores } from "../../stores";
import { strings } from "../../strings";

interface Upstream {
  endpoint: string | null;
  /** Whether the sample API is used instead of the endpoint. */
  sample: boolean;
}

/** Sets what differs from the current upstream. */
async function applyUpstream(stores: Stores, environment: Environment, { endpoint, sample }: Upstream): Promise<void> {
  const { environments, gateways } = stores;
  // Undo may run long after the element was rendered.
  const current = environments.find(environment.projectId, environment.id) ?? environment;
  if (endpoint !== current.endpoint) {
    const { name, stage } = current;
    await environments.edit(current, { name, stage, prefix: null, endpoint, keyLocation: null });
  }
  if (sample !== gateways.byEnvironment.get(current.id)?.sample) await gateways.edit(current.id, { sample });
  else await gateways.read(current.id);
}

@customElement("gateway-endpoint")
export class GatewayEndpoint extends AppElement {
  @property({ attribute: false }) gateway!: Gateway;
  @property({ attribute: false }) environment!: Environment;

  @state() private isEditing = false;
  @state() private text = "";
  @state() private isBusy = false;
  @state() private error: CommandError | null = null;

  private get upstream(): Upstream {
    return { endpoint: this.environment.endpoint, sample: this.gateway.sample };
  }

  private async edit(): Promise<void> {
    this.text = this.environment.endpoint ?? "";
    this.error = null;
    this.isEditing = true;
    await this.updateComplete;
    const input = this.querySelector<HTMLInputElement>("#gateway-endpoint");
    input?.focus();
    input?.select();
  }

  private async endEditing(): Promise<void> {
    this.isEditing = false;
    this.error = null;
    await this.updateComplete;
    if (document.activeElement === document.body) {
      this.querySelector<HTMLElement>("[data-edit]")?.focus({ preventScroll: true });
    }
  }

  /** Applies an upstream and offers Undo. */
  private async save(upstream: Upstream, message: string): Promise<void> {
    if (this.isBusy) return;
    const { stores, environment, upstream: before } = this;
    this.isBusy = true;
    this.error = null;
    try {
      await applyUpstream(stores, environment, upstream);
    } catch (error) {
      this.error = toCommandError(error);
      this.isBusy = false;
      await this.updateComplete;
      this.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
      return;
    }
    this.isBusy = false;
    const undo = undoAction(stores, () => applyUpstream(stores, environment, before));
    stores.toasts.show(message, undo, environment.id);
    await this.endEditing();
  }

  private async onSubmit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { upstream } = this;
    const endpoint = this.text.trim() || null;
    // An empty endpoint does not turn the sample API off.
    const sample = endpoint === null && upstream.sample;
    if (endpoint === upstream.endpoint && sample === upstream.sample) return this.endEditing();
    const message = endpoint === null ? strings.toasts.endpointRemoved : strings.toasts.endpointSet(endpoint);
    return this.save({ endpoint, sample }, message);
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Escape" || this.isBusy) return;
    event.preventDefault();
    void this.endEditing();
  }

  private useSample(): Promise<void> {
    return this.save({ endpoint: this.environment.endpoint, sample: true }, strings.toasts.usingSample);
  }

  private renderForm() {
    const { isBusy } = this;
    return html`<form
        class="endpoint-form"
        novalidate
        @submit=${this.onSubmit}
        @keydown=${this.onKeyDown}
        @input=${() => (this.error = null)}
      >
        ${textField({
          id: "gateway-endpoint",
          label: strings.general.endpoint,
          value: this.text,
          placeholder: strings.gateway.endpointPlaceholder,
          onInput: (text) => (this.text = text),
          error: fieldError(this.error, ["endpoint"]),
          mono: true,
        })}
        <div class="endpoint-buttons">
          <button class="button primary" ?disabled=${isBusy} data-busy=${isBusy}>${strings.general.save}</button>
          <button type="button" class="button" ?disabled=${isBusy} @click=${this.endEditing}>
            ${strings.general.cancel}
          </button>
        </div>
      </form>
      ${formError(this.error, ["endpoint"])}`;
  }

  private renderEmpty() {
    const { isBusy } = this;
    return html`<p class="small muted">${strings.gateway.setUp}</p>
      <div class="endpoint-buttons">
        <button type="button" class="button primary" data-edit @click=${this.edit}>
          ${strings.gateway.setEndpoint}
        </button>
        <button type="button" class="button" ?disabled=${isBusy} data-busy=${isBusy} @click=${this.useSample}>
          ${strings.gateway.useSample}
        </button>
      </div>
      <p class="small faint">${strings.gateway.sampleAbout}</p>
      ${formError(this.error)}`;
  }

  private renderUpstream({ endpoint, sample }: Upstream) {
    if (!sample) return html`<p><code>${endpoint}</code></p>`;
    const path = html`<code>${strings.gateway.samplePath}</code>`;
    return html`<p>${badge("", strings.gateway.sampleChip)} ${richText(strings.gateway.sample, { path })}</p>`;
  }

  protected override render() {
    const { upstream } = this;
    if (this.isEditing) return this.renderForm();
    if (!upstream.sample && upstream.endpoint === null) return this.renderEmpty();
    return html`<div class="endpoint-line">
        <div>
          <p class="small faint">${strings.general.endpoint}</p>
          ${this.renderUpstream(upstream)}
        </div>
        <button
          type="button"
          class="button small-button"
          data-edit
          aria-label=${upstream.sample ? nothing : strings.gateway.changeEndpoint}
          @click=${this.edit}
        >
          ${upstream.sample ? strings.gateway.setEndpoint : strings.gateway.change}
        </button>
      </div>
      ${formError(this.error)}`;
  }
}
