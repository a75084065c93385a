/**
 * The Playground tab: a request through the environment's gateway, what came back and why, and beside it the live list
 * of decisions. While the gateway does not run it says so and offers to start it.
 */
import { html, nothing } from "lit";
import "../elements/decision-list.js";
import { failureBlock } from "../elements/field.js";
import { icon } from "../elements/icons.js";
import { LightElement } from "../elements/light-element.js";
import "../elements/request-answer.js";
import "../elements/request-form.js";
import { toHostError } from "../host-error.js";
import { conflictSentence } from "../state/gateways.js";
import { gatewayPlace } from "../state/place.js";

class EnvironmentPlayground extends LightElement {
  static properties = { environment: { attribute: false }, failure: { state: true } };

  constructor() {
    super();
    /** @type {import("../types/Environment").Environment} */
    this.environment = /** @type {any} */ (undefined);
    /** @type {import("../host-error.js").HostError | null} why it did not start */
    this.failure = null;
  }

  async startGateway() {
    this.failure = null;
    try {
      await this.state.gateways.start(this.environment.id);
    } catch (thrown) {
      this.failure = toHostError(thrown);
    }
    await this.updateComplete;
    // The button has gone with what it was for.
    if (document.activeElement === document.body) this.find(".gateway-stopped a, [data-first], #request-path")?.focus();
  }

  stopped() {
    const { gateways } = this.state;
    const { id, name, projectId } = this.environment;
    const starting = gateways.busy.has(id);
    const conflict = gateways.known.get(id)?.conflict ?? null;
    const elsewhere = html`<a class="text-link" href=${gatewayPlace(projectId, id)}>Gateway of ${name}</a>`;
    if (conflict && !starting) {
      return html`<div class="gateway-stopped bad" role="alert">
        ${icon("problem")}
        <p>${conflictSentence(conflict)}</p>
        ${elsewhere}
      </div>`;
    }
    return html`<div class="gateway-stopped">
        ${icon("warning")}
        <p id="gateway-stopped">The gateway of ${name} does not run, and requests go through it.</p>
        <button
          type="button"
          class="button small-button"
          data-busy=${starting}
          aria-disabled=${starting ? "true" : nothing}
          @click=${this.startGateway}
        >
          Start gateway
        </button>
      </div>
      ${this.failure ? html`${failureBlock(this.failure)}<p class="gateway-elsewhere">${elsewhere}</p>` : nothing}`;
  }

  render() {
    const { state, environment } = this;
    const address = state.gateways.running.get(environment.id);
    const known = state.gateways.known.get(environment.id);
    return html`${address === undefined ? this.stopped() : nothing}
      <div class="playground">
        <div class="playground-request">
          <request-form
            .state=${state}
            .environment=${environment}
            .address=${address ?? known?.address ?? ""}
            .ready=${address !== undefined}
          ></request-form>
          <request-answer .state=${state}></request-answer>
        </div>
        <decision-list .state=${state} .environment=${environment}></decision-list>
      </div>`;
  }
}

customElements.define("environment-playground", EnvironmentPlayground);
