/** The Gateway tab: start and stop, endpoint, recent requests, route rules, and a configuration for another proxy. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { errorBanner } from "../../components/field";
import type { Environment } from "../../host/types/Environment";
import { strings } from "../../strings";
import "../requests/decision-list";
import "./gateway-endpoint";
import "./gateway-state";
import "./gateway-switches";
import "./proxy-snippet";
import "./rules/route-rules";

@customElement("environment-gateway")
export class EnvironmentGateway extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  protected override observed() {
    return [this.stores.gateways];
  }

  protected override render() {
    const { environment } = this;
    const { gateways } = this.stores;
    const gateway = gateways.byEnvironment.get(environment.id);
    const error = gateways.failures.get(environment.id);
    const banner = error ? errorBanner(error) : nothing;
    if (!gateway && error) return banner;
    if (!gateway) return html`<div class="progress" role="progressbar" aria-label=${strings.gateway.loading}></div>`;
    return html`${banner}
      <div class="card gateway">
        <gateway-state .gateway=${gateway}></gateway-state>
        <gateway-endpoint .gateway=${gateway} .environment=${environment}></gateway-endpoint>
        <gateway-switches .gateway=${gateway}></gateway-switches>
      </div>
      <decision-list .environment=${environment}></decision-list>
      <route-rules class="card section" .gateway=${gateway}></route-rules>
      <proxy-snippet class="card section" .environment=${environment}></proxy-snippet>`;
  }
}
