/**
 * The Playground tab: a request through the environment's gateway, what came back and why, and beside it the live list
 * of decisions. While the gateway does not run it says so and offers to start it.
 */
import { html, nothing } from "lit";
import "../elements/decision-list.js";
import { sentences } from "../elements/field.js";
import { icon } from "../elements/icons.js";
import { LightElement } from "../elements/light-element.js";
import "../elements/request-answer.js";
import "../elements/request-form.js";
import { toHostError } from "../host-error.js";
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
    if (document.activeElement === document.body) this.find(".gateway-stopped :is(a, button), [data-first], #request-path")?.focus();
  }

  /** Why it cannot simply be started here; null when it can. */
  get obstacle() {
    const { gateways } = this.state;
    const { id, endpoint } = this.environment;
    if (gateways.busy.has(id)) return null;
    const known = gateways.known.get(id);
    if (known?.conflict) return `Port ${known.conflict.port} is used by ${known.conflict.holder ?? "another program"}.`;
    if (this.failure) return sentences(this.failure);
    if (known && !known.sample && endpoint === null) return "There is no API behind its gateway yet.";
    return null;
  }

  stopped() {
    const { id, name, projectId } = this.environment;
    const starting = this.state.gateways.busy.has(id);
    const { obstacle } = this;
    return html`<div class="gateway-stopped" role="status">
      ${icon("warning")}
      <p>The gateway of ${name} does not run, and requests go through it. ${obstacle ?? nothing}</p>
      ${obstacle
        ? html`<a class="text-link" href=${gatewayPlace(projectId, id)}>Gateway of ${name}</a>`
        : html`<button
            type="button"
            class="button small-button"
            data-busy=${starting}
            aria-disabled=${starting ? "true" : nothing}
            @click=${this.startGateway}
          >
            Start gateway
          </button>`}
    </div>`;
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
