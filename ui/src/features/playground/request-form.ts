/**
 * The request of the Playground: method, path, key, headers, query, and body, and its button. In production every method
 * except GET, HEAD, and OPTIONS needs confirmation.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import "../../components/copy-button";
import { fieldError } from "../../components/field";
import { icon } from "../../components/icons";
import { richText } from "../../components/rich-text";
import { selectField } from "../../components/select-field";
import type { Environment } from "../../host/types/Environment";
import { keyHeader } from "../../lib/key-header";
import { requestPath } from "../../lib/url";
import { allowsBody, METHODS, PRESETS, type RequestText } from "../../stores/playground";
import { strings } from "../../strings";
import { playgroundTab } from "../../strings/playground";
import { curlCommand, withoutSecrets } from "../requests/curl";
import "./request-key";
import "./request-parts";

/** The fields that show their own errors. */
export const REQUEST_FIELDS = ["path", "headers", "body", "key"];

/** How long a request takes before it can be canceled: a second press of Send must not cancel a fast one. */
const CANCEL_DELAY_MS = 400;

@customElement("request-form")
export class RequestForm extends AppElement {
  @property({ attribute: false }) environment!: Environment;
  /** The gateway's URL; empty before its first start. */
  @property() address = "";
  /** Whether the requests of the sample API are offered. */
  @property({ attribute: false }) hasPresets = false;
  /** Whether the gateway is running. */
  @property({ attribute: false }) isReady = false;

  /** Whether Send became Cancel, which happens only to slow requests. */
  @state() private isCancelShown = false;

  private cancelTimer: ReturnType<typeof setTimeout> | undefined;

  protected override observed() {
    return [this.stores.playground];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.cancelTimer);
  }

  private focusPart(selector: string): void {
    this.querySelector<HTMLElement>(selector)?.focus();
  }

  private onSubmit(event: Event): void {
    event.preventDefault();
    if (this.isReady) void this.send(() => this.stores.playground.send());
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") this.onEscape(event);
    if (event.key === "Enter" && !event.repeat && (event.ctrlKey || event.metaKey)) this.onSubmit(event);
  }

  private onEscape(event: KeyboardEvent): void {
    const { playground } = this.stores;
    if (!playground.pendingConfirmation && !playground.isSending) return;
    event.preventDefault();
    if (playground.pendingConfirmation) void this.cancelConfirmation();
    else void this.cancel();
  }

  /** Sends the request, then focuses the confirmation or the invalid field. */
  private async send(command: () => Promise<void>): Promise<void> {
    clearTimeout(this.cancelTimer);
    this.isCancelShown = false;
    this.cancelTimer = setTimeout(() => (this.isCancelShown = true), CANCEL_DELAY_MS);
    await command();
    await this.updateComplete;
    if (document.activeElement === document.body) this.focusPart("[data-step=send]"); // Cancel is gone
    this.focusPart(this.stores.playground.pendingConfirmation ? "[data-step=withdraw]" : "[aria-invalid=true]");
  }

  private async cancel(): Promise<void> {
    this.stores.playground.cancel();
    await this.updateComplete;
    this.focusPart("[data-step=send]");
  }

  private async cancelConfirmation(): Promise<void> {
    this.stores.playground.cancelConfirmation();
    await this.updateComplete;
    this.focusPart("[data-step=send]");
  }

  private async confirm(): Promise<void> {
    const sent = this.send(() => this.stores.playground.confirm());
    await this.updateComplete;
    this.focusPart("[data-step=send]"); // the confirmation and its button are gone
    await sent;
  }

  private get pathError(): string | null {
    return fieldError(this.stores.playground.error, ["path"]);
  }

  private renderPath(path: string) {
    const { address } = this;
    const hasError = this.pathError !== null;
    const describedBy = [address ? "request-address" : "", hasError ? "request-path-error" : ""].join(" ").trim();
    return html`${address ? html`<span class="request-address faint" id="request-address">${address}</span>` : nothing}
      <input
        id="request-path"
        class="mono"
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        aria-label=${strings.general.path}
        .value=${path}
        aria-invalid=${hasError ? "true" : nothing}
        aria-describedby=${describedBy || nothing}
        @input=${(event: InputEvent) => this.stores.playground.updateDraft({ path: valueOf(event) })}
      />`;
  }

  private renderBar({ method, path }: RequestText) {
    const { pathError } = this;
    return html`<div class="card request-bar">
        ${selectField({
          id: "request-method",
          label: strings.general.method,
          value: method,
          choices: METHODS.map((value) => ({ value, label: value })),
          onChange: (selected) => this.stores.playground.updateDraft({ method: selected }),
        })}
        ${this.renderPath(path)} ${this.renderSend()}
      </div>
      ${pathError
        ? html`<p class="field-error" id="request-path-error">${icon("problem")}<span>${pathError}</span></p>`
        : nothing}`;
  }

  /** The name of the environment, with "(production)" added unless that is its name. */
  private get productionName(): string {
    const { name } = this.environment;
    return name.trim().toLowerCase() === "production" ? name : strings.environment.inProduction(name);
  }

  private renderConfirmation(method: string, path: string) {
    const request = html`<b>${method} ${path}</b>`;
    return html`<div class="request-confirmation" role="group" aria-labelledby="request-confirmation">
      <p id="request-confirmation">
        ${richText(playgroundTab.confirmation, { request, environment: this.productionName })}
      </p>
      <button type="button" class="button" data-step="withdraw" @click=${this.cancelConfirmation}>
        ${strings.general.cancel}</button
      ><button type="button" class="button destructive" data-step="confirm" @click=${this.confirm}>
        ${playgroundTab.send}
      </button>
    </div>`;
  }

  /** Only the sample API gets a request that changes something, because it is sent by one click. */
  private renderPresets(isSending: boolean) {
    const { playground } = this.stores;
    return html`<div class="request-presets" role="group" aria-label=${playgroundTab.sampleRequests}>
      ${PRESETS.filter(({ method }) => this.hasPresets || !allowsBody(method)).map(
        (preset, index) => html`<button
          type="button"
          class="button small-button"
          ?data-first=${index === 0}
          ?disabled=${!this.isReady}
          aria-disabled=${isSending ? "true" : nothing}
          @click=${() => this.send(() => playground.sendPreset(preset))}
        >
          ${icon("play")}<span>${preset.method} ${preset.path}</span>
        </button>`,
      )}
    </div>`;
  }

  private renderSend() {
    const { isSending } = this.stores.playground;
    if (isSending && this.isCancelShown) {
      return html`<button type="button" class="button send-button" data-step="cancel" @click=${this.cancel}>
        ${strings.general.cancel}
      </button>`;
    }
    return html`<button
      class="button primary send-button"
      data-step="send"
      data-tooltip=${playgroundTab.sendShortcut}
      ?disabled=${!this.isReady}
      aria-disabled=${isSending ? "true" : nothing}
    >
      ${playgroundTab.send}
    </button>`;
  }

  private renderCopyCurl({ method, path, headers, body }: RequestText) {
    const { playground, host } = this.stores;
    const { address } = this;
    if (address === "") return nothing;
    const url = address + requestPath(path, address);
    const key = keyHeader(this.environment.keyLocation);
    const prompted = withoutSecrets(headers, key.name, playground.key === "none" ? null : key);
    const sentBody = allowsBody(method) && body !== "" ? body : null;
    const text = curlCommand({ method, url, body: sentBody, ...prompted }, /Windows/.test(navigator.userAgent));
    return html`<copy-button .label=${playgroundTab.copyCurl} .copy=${() => host.copyText({ text })}></copy-button>`;
  }

  protected override render() {
    const { draft, isSending, pendingConfirmation, trialKey } = this.stores.playground;
    return html`<form class="request" novalidate @submit=${this.onSubmit} @keydown=${this.onKeyDown}>
      ${this.hasPresets || trialKey ? this.renderPresets(isSending) : nothing}
      <div class="request-line">
        ${pendingConfirmation
          ? this.renderConfirmation(pendingConfirmation.method, pendingConfirmation.path)
          : this.renderBar(draft)}
      </div>
      <section class="card request-options" aria-label=${playgroundTab.request}>
        <request-key .environment=${this.environment}></request-key>
        <request-parts .environment=${this.environment} .address=${this.address}></request-parts>
        ${this.renderCopyCurl(draft)}
      </section>
    </form>`;
  }
}

const valueOf = (event: InputEvent): string => (event.currentTarget as HTMLInputElement).value;
