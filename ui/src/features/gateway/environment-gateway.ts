/** The Gateway tab. Its parts have addresses of their own: traffic, route rules, and how to connect to the API. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { errorBanner } from "../../components/field";
import type { Environment } from "../../host/types/Environment";
import type { Gateway } from "../../host/types/Gateway";
import { gatewayHref, type GatewaySection } from "../../routes";
import { strings } from "../../strings";
import "./gateway-connect";
import "./gateway-traffic";
import "./rules/route-rules";

const SECTIONS: readonly GatewaySection[] = ["traffic", "rules", "connect"];

@customElement("environment-gateway")
export class EnvironmentGateway extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  protected override observed() {
    const { gateways, navigation } = this.stores;
    return [gateways, navigation];
  }

  private get section(): GatewaySection {
    const { route } = this.stores.navigation;
    return (route.page === "environment" && route.section) || "traffic";
  }

  private renderLink(section: GatewaySection, current: GatewaySection) {
    const { id, projectId } = this.environment;
    const label = strings.gateway.sections[section];
    return html`<a
      href=${gatewayHref(projectId, id, section)}
      data-label=${label}
      aria-current=${section === current ? "page" : nothing}
      >${label}</a
    >`;
  }

  private renderSection(section: GatewaySection, gateway: Gateway) {
    const { environment } = this;
    switch (section) {
      case "traffic":
        return html`<gateway-traffic .gateway=${gateway} .environment=${environment}></gateway-traffic>`;
      case "rules":
        return html`<route-rules class="card section" .gateway=${gateway}></route-rules>`;
      case "connect":
        return html`<gateway-connect
          class="card section"
          .gateway=${gateway}
          .environment=${environment}
        ></gateway-connect>`;
    }
  }

  protected override render() {
    const { environment, section } = this;
    const { gateways } = this.stores;
    const gateway = gateways.byEnvironment.get(environment.id);
    const error = gateways.failures.get(environment.id);
    const banner = error ? errorBanner(error) : nothing;
    if (!gateway && error) return banner;
    if (!gateway) return html`<div class="progress" role="progressbar" aria-label=${strings.gateway.loading}></div>`;
    return html`<nav class="section-nav" aria-label=${strings.gateway.navigation}>
        ${SECTIONS.map((each) => this.renderLink(each, section))}
      </nav>
      ${banner} ${this.renderSection(section, gateway)}`;
  }
}
