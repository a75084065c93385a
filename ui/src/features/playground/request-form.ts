/**
 * The request of the Playground: method, path, body and key, and the button that sends it. In production every method
 * except GET, HEAD, and OPTIONS needs confirmation.
 */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { fieldError } from "../../components/field";
import { icon } from "../../components/icons";
import { richText } from "../../components/rich-text";
import { selectField } from "../../components/select-field";
import type { Environment } from "../../host/types/Environment";
import { allowsBody, keyOptions, METHODS, PRESETS } from "../../stores/playground";
import { strings } from "../../strings";

/** The fields that show their own errors. */
export const REQUEST_FIELDS: Field[] = ["path", "body", "key"];

type Field = "path" | "body" | "key";

@customElement("request-form")
export class RequestForm extends AppElement {
  @property({ attribute: false }) environment!: Environment;
  /** The gateway's address; empty before its first start. */
  @property() address = "";
  /** Whether the gateway is running. */
  @property({ attribute: false }) isReady = false;

  protected override observed() {
    const { playground, keys, session } = this.stores;
    return [playground, keys, session];
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
    if (event.key === "Escape" && this.stores.playground.pendingConfirmation) void this.cancelConfirmation();
    if (event.key === "Enter" && !event.repeat && (event.ctrlKey || event.metaKey)) this.onSubmit(event);
  }

  /** Sends the request, then focuses the confirmation or the invalid field. */
  private async send(command: () => Promise<void>): Promise<void> {
    await command();
    await this.updateComplete;
    this.focusPart(this.stores.playground.pendingConfirmation ? "[data-step=withdraw]" : "[aria-invalid=true]");
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

  private errorOf(field: Field): string | null {
    return fieldError(this.stores.playground.error, [field]);
  }

  private renderError(field: Field) {
    const error = this.errorOf(field);
    return error
      ? html`<p class="field-error" id="request-${field}-error">${icon("problem")}<span>${error}</span></p>`
      : nothing;
  }

  private renderMethod(method: string) {
    return html`<div class="field request-method">
      <div class="field-label"><label for="request-method">${strings.general.method}</label></div>
      ${selectField({
        id: "request-method",
        label: strings.general.method,
        value: method,
        choices: METHODS.map((value) => ({ value, label: value })),
        onChange: (selected) => this.stores.playground.updateDraft({ method: selected }),
      })}
    </div>`;
  }

  private renderPath(path: string) {
    const hasError = this.errorOf("path") !== null;
    const describedBy = [this.address ? "request-address" : "", hasError ? "request-path-error" : ""].join(" ").trim();
    return html`<div class="field request-path">
      <div class="field-label"><label for="request-path">${strings.general.path}</label></div>
      <div class="request-address">
        ${this.address ? html`<span class="faint" id="request-address">${this.address}</span>` : nothing}
        <input
          id="request-path"
          class="mono"
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          .value=${path}
          aria-invalid=${hasError ? "true" : nothing}
          aria-describedby=${describedBy || nothing}
          @input=${(event: InputEvent) => this.stores.playground.updateDraft({ path: valueOf(event) })}
        />
      </div>
    </div>`;
  }

  private renderBody(method: string, body: string) {
    if (!allowsBody(method)) return nothing;
    const hasError = this.errorOf("body") !== null;
    return html`<div class="field">
      <div class="field-label"><label for="request-body">${strings.playground.body}</label></div>
      <textarea
        id="request-body"
        class="input mono"
        rows="3"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        .value=${body}
        aria-invalid=${hasError ? "true" : nothing}
        aria-describedby=${hasError ? "request-body-error" : nothing}
        @input=${(event: InputEvent) => this.stores.playground.updateDraft({ body: valueOf(event) })}
      ></textarea>
      ${this.renderError("body")}
    </div>`;
  }

  private renderKey() {
    const { keys, playground } = this.stores;
    const saved = keys.byEnvironment.get(this.environment.id) ?? [];
    const options = keyOptions(saved, playground.key, playground.trialKey);
    return html`<div class="field">
      <div class="request-key">
        <div class="field">
          <div class="field-label"><label for="request-key">${strings.playground.key}</label></div>
          ${selectField({
            id: "request-key",
            label: strings.playground.key,
            value: playground.key,
            choices: options.map(({ choice, label }) => ({ value: choice, label })),
            onChange: (choice) => playground.selectKey(choice),
          })}
        </div>
        ${playground.key === "pasted" ? this.renderPastedKey() : nothing}
      </div>
      ${this.renderError("key")}
      <p class="hint" id="request-key-about">${this.keyHint}</p>
    </div>`;
  }

  private renderPastedKey() {
    const { playground } = this.stores;
    return html`<div class="field">
      <div class="field-label"><label for="request-pasted">${strings.playground.pastedKey}</label></div>
      <input
        id="request-pasted"
        class="input mono"
        type="password"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        .value=${playground.pastedKey}
        aria-invalid=${this.errorOf("key") === null ? nothing : "true"}
        aria-describedby="request-key-about"
        @input=${(event: InputEvent) => playground.setPastedKey(valueOf(event))}
      />
    </div>`;
  }

  private get keyHint(): string {
    const { playground, session } = this.stores;
    switch (playground.key) {
      case "none":
        return strings.playground.noKeyAbout;
      case "trial":
        return strings.playground.trialAbout(playground.trialKey?.name ?? "");
      case "pasted":
        return strings.playground.pastedAbout;
      default:
        return strings.playground.savedAbout(session.keychainName);
    }
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
        ${richText(strings.playground.confirmation, { request, environment: this.productionName })}
      </p>
      <button type="button" class="button" data-step="withdraw" @click=${this.cancelConfirmation}>
        ${strings.general.cancel}</button
      ><button type="button" class="button destructive" data-step="confirm" @click=${this.confirm}>
        ${strings.playground.send}
      </button>
    </div>`;
  }

  private renderPresets(isSending: boolean) {
    const { playground } = this.stores;
    return html`<div class="request-ready" role="group" aria-label=${strings.playground.sampleRequests}>
      ${PRESETS.map(
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
    const { isSending, trialKey } = this.stores.playground;
    return html`<div class="request-sending">
      ${trialKey ? this.renderPresets(isSending) : nothing}
      <span class="spacer"></span>
      <button
        class="button primary send-button"
        data-step="send"
        data-sending=${isSending}
        title=${strings.playground.sendShortcut}
        ?disabled=${!this.isReady}
        aria-disabled=${isSending ? "true" : nothing}
      >
        <span aria-hidden=${isSending ? "true" : nothing}>${strings.playground.send}</span
        ><span aria-hidden=${isSending ? nothing : "true"}>${strings.playground.sending}</span>
      </button>
    </div>`;
  }

  protected override render() {
    const { draft, pendingConfirmation } = this.stores.playground;
    return html`<form class="card request" novalidate @submit=${this.onSubmit} @keydown=${this.onKeyDown}>
      <div class="request-line">${this.renderMethod(draft.method)} ${this.renderPath(draft.path)}</div>
      ${this.renderError("path")} ${this.renderBody(draft.method, draft.body)} ${this.renderKey()}
      ${pendingConfirmation
        ? this.renderConfirmation(pendingConfirmation.method, pendingConfirmation.path)
        : this.renderSend()}
    </form>`;
  }
}

const valueOf = (event: InputEvent): string => (event.currentTarget as HTMLInputElement | HTMLTextAreaElement).value;
