/**
 * The state and address of an environment's gateway, with the button that starts or stops it. If its port is in use,
 * suggests another one.
 */
import { html, nothing } from "lit";
import { toHostError } from "../host-error.js";
import { conflictSentence } from "../state/gateways.js";
import { strings } from "../strings.js";
import { dot } from "./chips.js";
import { failureBlock } from "./field.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";

class GatewayState extends LightElement {
  static properties = { gateway: { attribute: false }, failure: { state: true } };

  constructor() {
    super();
    /** @type {import("../types/Gateway").Gateway} */
    this.gateway = /** @type {any} */ (undefined);
    /** @type {import("../host-error.js").HostError | null} */
    this.failure = null;
  }

  /** @param {() => Promise<unknown>} act */
  async attempt(act) {
    this.failure = null;
    try {
      await act();
    } catch (thrown) {
      this.failure = toHostError(thrown);
    }
    await this.updateComplete;
    // The pressed button may be gone.
    if (document.activeElement === document.body) this.find(".gateway-power")?.focus({ preventScroll: true });
  }

  /** @param {number | null} [port] */
  start(port = null) {
    return this.attempt(() => this.state.gateways.start(this.gateway.environmentId, port));
  }

  stop() {
    return this.attempt(() => this.state.gateways.stop(this.gateway.environmentId));
  }

  /** @param {boolean} busy */
  conflict(busy) {
    const { conflict } = this.gateway;
    if (!conflict) return nothing;
    const { suggestion } = conflict;
    return html`<div class="notice" role="alert">
      ${icon("warning")}
      <p>${conflictSentence(conflict)}</p>
      ${suggestion === null
        ? nothing
        : html`<button type="button" class="button small-button" ?disabled=${busy} @click=${() => this.start(suggestion)}>
            ${strings.gateway.usePort(suggestion)}
          </button>`}
    </div>`;
  }

  render() {
    const { running, address, endpoint, sample, environmentId } = this.gateway;
    const busy = this.state.gateways.busy.has(environmentId);
    const ready = running || sample || endpoint !== null;
    return html`<div class="gateway-state">
        ${dot(running)}
        <div class="gateway-words">
          <p><b>${running ? strings.gateway.running : strings.gateway.stopped}</b>${address === null ? nothing : html` <code>${address}</code>`}</p>
          <p class="muted small" id="gateway-about">
            ${running
              ? strings.gateway.runningAbout
              : ready
                ? address === null
                  ? strings.gateway.firstStartAbout
                  : strings.gateway.stoppedAbout
                : strings.gateway.endpointMissing}
          </p>
        </div>
        ${running
          ? html`<button type="button" class="button gateway-power" ?disabled=${busy} data-busy=${busy} @click=${this.stop}>${strings.gateway.stop}</button>`
          : html`<button
              type="button"
              class="button primary gateway-power"
              ?disabled=${busy || !ready}
              data-busy=${busy}
              aria-describedby="gateway-about"
              @click=${() => this.start()}
            >
              ${strings.general.startGateway}
            </button>`}
      </div>
      ${this.conflict(busy)} ${this.failure ? failureBlock(this.failure) : nothing}`;
  }
}

customElements.define("gateway-state", GatewayState);
