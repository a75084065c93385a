/**
 * The Playground tab: a request through the environment's gateway, its response, and the recent requests. Offers to
 * start the gateway while it is stopped.
 */
import { html, nothing } from "lit";
import "../elements/decision-list.js";
import { sentences } from "../elements/field.js";
import { icon } from "../elements/icons.js";
import { LightElement } from "../elements/light-element.js";
import "../elements/response-view.js";
import "../elements/request-form.js";
import { toHostError } from "../host-error.js";
import { gatewayPlace } from "../state/place.js";
import { strings } from "../strings.js";

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
    // The pressed button is gone.
    if (document.activeElement === document.body) this.find(".gateway-stopped :is(a, button), [data-first], #request-path")?.focus();
  }

  /** Why the gateway cannot start, if that can only be fixed in the Gateway tab; otherwise null. */
  get obstacle() {
    const { gateways } = this.state;
    const { id, endpoint } = this.environment;
    const known = gateways.known.get(id);
    if (gateways.busy.has(id) || !known) return null;
    if (known.conflict) return strings.gateway.portInUse(known.conflict.port, known.conflict.owner);
    return known.sample || endpoint !== null ? null : strings.playground.notSetUp;
  }

  stopped() {
    const { id, name, projectId } = this.environment;
    const starting = this.state.gateways.busy.has(id);
    const { obstacle, failure } = this;
    const elsewhere = html`<a class="text-link" href=${gatewayPlace(projectId, id)}>${strings.playground.setUp}</a>`;
    return html`<div class="gateway-stopped" role="status">
      ${icon("warning")}
      <p>
        ${strings.playground.stopped(name)}
        ${obstacle ?? (failure ? sentences(failure) : nothing)}
      </p>
      ${obstacle || failure ? elsewhere : nothing}
      ${obstacle
        ? nothing
        : html`<button
            type="button"
            class="button small-button"
            data-busy=${starting}
            aria-disabled=${starting ? "true" : nothing}
            @click=${this.startGateway}
          >
            ${strings.general.startGateway}
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
          <response-view .state=${state}></response-view>
        </div>
        <decision-list .state=${state} .environment=${environment}></decision-list>
      </div>`;
  }
}

customElements.define("environment-playground", EnvironmentPlayground);
