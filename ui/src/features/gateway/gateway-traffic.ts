/** The traffic of a gateway: its state, address and endpoint in one card, and the request log. */
import { html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import type { Environment } from "../../host/types/Environment";
import type { Gateway } from "../../host/types/Gateway";
import { strings } from "../../strings";
import "../requests/request-log";
import "./gateway-endpoint";
import "./gateway-state";
import "./gateway-switches";

@customElement("gateway-traffic")
export class GatewayTraffic extends AppElement {
  @property({ attribute: false }) gateway!: Gateway;
  @property({ attribute: false }) environment!: Environment;

  protected override render() {
    const { gateway, environment } = this;
    return html`<div class="card gateway">
        <div class="gateway-flow">
          <gateway-state .gateway=${gateway}></gateway-state>
          <gateway-endpoint .gateway=${gateway} .environment=${environment}></gateway-endpoint>
        </div>
        <details class="gateway-advanced">
          <summary>${strings.gateway.advanced}</summary>
          <gateway-switches .gateway=${gateway}></gateway-switches>
        </details>
      </div>
      <request-log .environment=${environment}></request-log>`;
  }
}
