/** The Gateway tab: start and stop, endpoint, recent requests, route rules, and a configuration for another proxy. */
import { html, nothing } from "lit";
import "../elements/decision-list.js";
import { failureBlock } from "../elements/field.js";
import "../elements/gateway-endpoint.js";
import "../elements/gateway-state.js";
import "../elements/gateway-switches.js";
import { LightElement } from "../elements/light-element.js";
import "../elements/proxy-snippet.js";
import "../elements/route-rules.js";
import { strings } from "../strings.js";

class EnvironmentGateway extends LightElement {
  static properties = { environment: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../types/Environment").Environment} */
    this.environment = /** @type {any} */ (undefined);
  }

  render() {
    const { state, environment } = this;
    const gateway = state.gateways.known.get(environment.id);
    const failure = state.gateways.failures.get(environment.id);
    if (!gateway) {
      return failure
        ? failureBlock(failure)
        : html`<div class="progress" role="progressbar" aria-label=${strings.gateway.loading}></div>`;
    }
    return html`${failure ? failureBlock(failure) : nothing}
      <div class="card gateway">
        <gateway-state .state=${state} .gateway=${gateway}></gateway-state>
        <gateway-endpoint .state=${state} .gateway=${gateway} .environment=${environment}></gateway-endpoint>
        <gateway-switches .state=${state} .gateway=${gateway}></gateway-switches>
      </div>
      <decision-list .state=${state} .environment=${environment}></decision-list>
      <route-rules class="card section" .state=${state} .gateway=${gateway}></route-rules>
      <proxy-snippet class="card section" .state=${state} .environment=${environment}></proxy-snippet>`;
  }
}

customElements.define("environment-gateway", EnvironmentGateway);
