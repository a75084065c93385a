/**
 * The upstream of a gateway: the environment's endpoint or the built-in sample API, which a real endpoint replaces. One
 * Undo restores both.
 */
import { html, nothing } from "lit";
import { toHostError } from "../host-error.js";
import { strings } from "../strings.js";
import { errorOf, failureBlock, textField } from "./field.js";
import { LightElement } from "./light-element.js";
import { richText } from "./rich-text.js";

class GatewayEndpoint extends LightElement {
  static properties = {
    gateway: { attribute: false },
    environment: { attribute: false },
    editing: { state: true },
    typed: { state: true },
    busy: { state: true },
    failure: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../types/Gateway").Gateway} */
    this.gateway = /** @type {any} */ (undefined);
    /** @type {import("../types/Environment").Environment} */
    this.environment = /** @type {any} */ (undefined);
    this.editing = false;
    this.typed = "";
    this.busy = false;
    /** @type {import("../host-error.js").HostError | null} */
    this.failure = null;
  }

  async edit() {
    this.typed = this.environment.endpoint ?? "";
    this.failure = null;
    this.editing = true;
    await this.updateComplete;
    const input = /** @type {HTMLInputElement | null} */ (this.find("#gateway-endpoint"));
    input?.focus();
    input?.select();
  }

  async leave() {
    this.editing = false;
    this.failure = null;
    await this.updateComplete;
    if (document.activeElement === document.body) this.find("[data-edit]")?.focus({ preventScroll: true });
  }

  /**
   * @param {string | null} endpoint
   * @param {boolean} sample
   */
  async put(endpoint, sample) {
    const { library, gateways } = this.state;
    const { environment } = this;
    const { name, stage, prefix } = environment;
    if (endpoint !== environment.endpoint) {
      await library.editEnvironment(environment, { name, stage, prefix, endpoint, keyLocation: null });
    }
    if (sample !== gateways.known.get(environment.id)?.sample) await gateways.edit(environment.id, { sample });
    else await gateways.read(environment.id);
  }

  /**
   * Applies the change and offers Undo.
   *
   * @param {string | null} endpoint
   * @param {boolean} sample
   * @param {string} message
   */
  async become(endpoint, sample, message) {
    if (this.busy) return;
    const { environment, gateway, state } = this;
    const before = { endpoint: environment.endpoint, sample: gateway.sample };
    this.busy = true;
    this.failure = null;
    try {
      await this.put(endpoint, sample);
    } catch (thrown) {
      this.failure = toHostError(thrown);
      this.busy = false;
      await this.updateComplete;
      this.find("[aria-invalid=true]")?.focus();
      return;
    }
    this.busy = false;
    const undo = () => this.put(before.endpoint, before.sample).catch((thrown) => state.toasts.fail(toHostError(thrown)));
    state.toasts.show(message, { label: strings.general.undo, run: undo }, environment.id);
    await this.leave();
  }

  /** @param {SubmitEvent} event */
  async submitted(event) {
    event.preventDefault();
    const endpoint = this.typed.trim() || null;
    // An empty endpoint does not turn the sample API off.
    const sample = endpoint === null && this.gateway.sample;
    if (endpoint === this.environment.endpoint && sample === this.gateway.sample) return this.leave();
    return this.become(endpoint, sample, endpoint === null ? strings.toasts.endpointRemoved : strings.toasts.endpointSet(endpoint));
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (event.key !== "Escape" || this.busy) return;
    event.preventDefault();
    void this.leave();
  }

  form() {
    return html`<form
        class="endpoint-form"
        novalidate
        @submit=${this.submitted}
        @keydown=${this.keyed}
        @input=${() => (this.failure = null)}
      >
        ${textField({
          id: "gateway-endpoint",
          label: strings.general.endpoint,
          value: this.typed,
          placeholder: strings.gateway.endpointPlaceholder,
          changed: (typed) => (this.typed = typed),
          error: errorOf(this.failure, ["endpoint"]),
          mono: true,
        })}
        <div class="endpoint-buttons">
          <button class="button primary" ?disabled=${this.busy} data-busy=${this.busy}>${strings.general.save}</button>
          <button type="button" class="button" ?disabled=${this.busy} @click=${this.leave}>${strings.general.cancel}</button>
        </div>
      </form>
      ${this.otherFailure(["endpoint"])}`;
  }

  /** @param {string[]} [fields] */
  otherFailure(fields = []) {
    const { failure } = this;
    return failure && !errorOf(failure, fields) ? failureBlock(failure) : nothing;
  }

  missing() {
    return html`<p class="small muted">${strings.gateway.setUp}</p>
      <div class="endpoint-buttons">
        <button type="button" class="button primary" data-edit @click=${this.edit}>${strings.gateway.setEndpoint}</button>
        <button type="button" class="button" ?disabled=${this.busy} data-busy=${this.busy} @click=${this.useSample}>${strings.gateway.useSample}</button>
      </div>
      <p class="small faint">${strings.gateway.sampleAbout}</p>
      ${this.otherFailure()}`;
  }

  useSample() {
    return this.become(this.environment.endpoint, true, strings.toasts.usingSample);
  }

  render() {
    const { sample } = this.gateway;
    const { endpoint } = this.environment;
    if (this.editing) return this.form();
    if (!sample && endpoint === null) return this.missing();
    return html`<div class="endpoint-line">
        <div>
          <p class="small faint">${strings.general.endpoint}</p>
          ${sample
            ? html`<p><span class="chip">${strings.gateway.sampleChip}</span> ${richText(strings.gateway.sample, { path: html`<code>${strings.gateway.samplePath}</code>` })}</p>`
            : html`<p><code>${endpoint}</code></p>`}
        </div>
        <button
          type="button"
          class="button small-button"
          data-edit
          aria-label=${sample ? nothing : strings.gateway.changeEndpoint}
          @click=${this.edit}
        >
          ${sample ? strings.gateway.setEndpoint : strings.gateway.change}
        </button>
      </div>
      ${this.otherFailure()}`;
  }
}

customElements.define("gateway-endpoint", GatewayEndpoint);
