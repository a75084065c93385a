/**
 * The request of the Playground: method, path, body and key, and the button that sends it. In production every method
 * except GET, HEAD, and OPTIONS needs confirmation. Renders `state.playground` and passes the input to it.
 */
import { html, nothing } from "lit";
import { METHODS, READY, choices, takesBody } from "../state/playground.js";
import { strings } from "../strings.js";
import { errorOf } from "./field.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";
import { richText } from "./rich-text.js";
import { selectField } from "./select-field.js";

/** The fields that show their own errors. */
export const REQUEST_FIELDS = ["path", "body", "key"];

class RequestForm extends LightElement {
  static properties = { environment: { attribute: false }, address: { type: String }, ready: { type: Boolean } };

  constructor() {
    super();
    /** @type {import("../types/Environment").Environment} */
    this.environment = /** @type {any} */ (undefined);
    /** The gateway's address; empty before its first start. */
    this.address = "";
    /** Whether the gateway is running. */
    this.ready = false;
  }

  /** @param {Event} event */
  submitted(event) {
    event.preventDefault();
    if (this.ready) void this.sent(() => this.state.playground.send());
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (event.key === "Escape" && this.state.playground.unconfirmed) this.withdrawn();
    if (event.key !== "Enter" || event.repeat || !(event.ctrlKey || event.metaKey)) return;
    this.submitted(event);
  }

  /**
   * Sends the request, then focuses the confirmation or the invalid field.
   *
   * @param {() => Promise<void>} send
   */
  async sent(send) {
    await send();
    await this.updateComplete;
    this.find(this.state.playground.unconfirmed ? "[data-step=withdraw]" : "[aria-invalid=true]")?.focus();
  }

  async withdrawn() {
    this.state.playground.withdraw();
    await this.updateComplete;
    this.find("[data-step=send]")?.focus();
  }

  async confirmed() {
    const done = this.sent(() => this.state.playground.confirm());
    await this.updateComplete;
    this.find("[data-step=send]")?.focus(); // the confirmation and its button are gone
    await done;
  }

  /**
   * @param {string} name
   * @param {string | null} error
   */
  errorLine(name, error) {
    if (!error) return nothing;
    return html`<p class="field-error" id="request-${name}-error">${icon("problem")}<span>${error}</span></p>`;
  }

  target() {
    const { playground } = this.state;
    const { method, path } = playground.draft;
    const error = errorOf(playground.failure, ["path"]);
    return html`<div class="request-line">
        <div class="field request-method">
          <div class="field-label"><label for="request-method">${strings.general.method}</label></div>
          ${selectField({
            id: "request-method",
            label: strings.general.method,
            value: method,
            choices: METHODS.map((known) => ({ value: known, label: known })),
            changed: (chosen) => playground.write({ method: chosen }),
          })}
        </div>
        <div class="field request-path">
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
              aria-invalid=${error ? "true" : nothing}
              aria-describedby=${[this.address ? "request-address" : "", error ? "request-path-error" : ""].join(" ").trim() || nothing}
              @input=${(/** @type {Event} */ event) => playground.write({ path: valueOf(event) })}
            />
          </div>
        </div>
      </div>
      ${this.errorLine("path", error)}`;
  }

  body() {
    const { playground } = this.state;
    const { method, body } = playground.draft;
    if (!takesBody(method)) return nothing;
    const error = errorOf(playground.failure, ["body"]);
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
        aria-invalid=${error ? "true" : nothing}
        aria-describedby=${error ? "request-body-error" : nothing}
        @input=${(/** @type {Event} */ event) => playground.write({ body: valueOf(event) })}
      ></textarea>
      ${this.errorLine("body", error)}
    </div>`;
  }

  key() {
    const { library, playground } = this.state;
    const keys = library.keys.get(this.environment.id) ?? [];
    const error = errorOf(playground.failure, ["key"]);
    const pasting = playground.key === "pasted";
    return html`<div class="field">
      <div class="request-key">
        <div class="field">
          <div class="field-label"><label for="request-key">${strings.playground.key}</label></div>
          ${selectField({
            id: "request-key",
            label: strings.playground.key,
            value: playground.key,
            choices: choices(keys, playground.key, playground.ownTrial).map(({ choice, label }) => ({ value: choice, label })),
            changed: (chosen) => playground.choose(/** @type {import("../state/playground.js").Choice} */ (chosen)),
          })}
        </div>
        ${pasting
          ? html`<div class="field">
              <div class="field-label"><label for="request-pasted">${strings.playground.pastedKey}</label></div>
              <input
                id="request-pasted"
                class="input mono"
                type="password"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                .value=${playground.pasted}
                aria-invalid=${error ? "true" : nothing}
                aria-describedby="request-key-about"
                @input=${(/** @type {Event} */ event) => playground.paste(valueOf(event))}
              />
            </div>`
          : nothing}
      </div>
      ${this.errorLine("key", error)}
      <p class="hint" id="request-key-about">${this.aboutKey()}</p>
    </div>`;
  }

  aboutKey() {
    const { started, playground } = this.state;
    switch (playground.key) {
      case "none":
        return strings.playground.noKeyAbout;
      case "trial":
        return strings.playground.trialAbout(playground.ownTrial?.name ?? "");
      case "pasted":
        return strings.playground.pastedAbout;
      default:
        return strings.playground.savedAbout(started?.keychainName ?? strings.general.theSystemKeychain);
    }
  }

  /** The name of the environment, with "(production)" added unless that is its name. */
  get production() {
    const { name } = this.environment;
    return name.trim().toLocaleLowerCase() === "production" ? name : strings.environment.inProduction(name);
  }

  sendPart() {
    const { playground } = this.state;
    const { unconfirmed, sending, ownTrial } = playground;
    if (unconfirmed) {
      return html`<div class="request-confirmation" role="group" aria-labelledby="request-confirmation">
        <p id="request-confirmation">
          ${richText(strings.playground.confirmation, { request: html`<b>${unconfirmed.method} ${unconfirmed.path}</b>`, environment: this.production })}
        </p>
        <button type="button" class="button" data-step="withdraw" @click=${this.withdrawn}>${strings.general.cancel}</button
        ><button type="button" class="button destructive" data-step="confirm" @click=${this.confirmed}>${strings.playground.send}</button>
      </div>`;
    }
    return html`<div class="request-sending">
      ${ownTrial
        ? html`<div class="request-ready" role="group" aria-label=${strings.playground.sampleRequests}>
            ${READY.map(
              (draft, at) => html`<button
                type="button"
                class="button small-button"
                ?data-first=${at === 0}
                ?disabled=${!this.ready}
                aria-disabled=${sending ? "true" : nothing}
                @click=${() => this.sent(() => playground.sendReady(draft))}
              >
                ${icon("play")}<span>${draft.method} ${draft.path}</span>
              </button>`,
            )}
          </div>`
        : nothing}
      <span class="spacer"></span>
      <button
        class="button primary send-button"
        data-step="send"
        data-sending=${sending}
        title=${strings.playground.sendShortcut}
        ?disabled=${!this.ready}
        aria-disabled=${sending ? "true" : nothing}
      >
        <span aria-hidden=${sending ? "true" : nothing}>${strings.playground.send}</span
        ><span aria-hidden=${sending ? nothing : "true"}>${strings.playground.sending}</span>
      </button>
    </div>`;
  }

  render() {
    return html`<form class="card request" novalidate @submit=${this.submitted} @keydown=${this.keyed}>
      ${this.target()} ${this.body()} ${this.key()} ${this.sendPart()}
    </form>`;
  }
}

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement} */ (event.target).value;

customElements.define("request-form", RequestForm);
