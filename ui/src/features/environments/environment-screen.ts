/** One environment: project, name, state, and tabs. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { AppElement } from "../../app-element";
import { environmentCommands } from "../../commands/environment";
import "../../components/action-menu";
import type { ActionMenu } from "../../components/action-menu";
import { badge, statusDot } from "../../components/badge";
import { icon } from "../../components/icons";
import type { Environment } from "../../host/types/Environment";
import type { Project } from "../../host/types/Project";
import type { Store } from "../../lib/store";
import { environmentsHref, gatewayHref, keysHref, overviewHref, playgroundHref, type Tab } from "../../routes";
import { strings } from "../../strings";
import "../gateway/environment-gateway";
import "../keys/api-keys";
import "../playground/environment-playground";
import { gatewayBadge, stageBadge } from "./environment-badges";
import "./environment-overview";

const TABS: { name: Tab; href: (projectId: string, environmentId: string) => string }[] = [
  { name: "overview", href: overviewHref },
  { name: "keys", href: keysHref },
  { name: "gateway", href: gatewayHref },
  { name: "playground", href: playgroundHref },
];

@customElement("environment-screen")
export class EnvironmentScreen extends AppElement {
  @property({ attribute: false }) environment!: Environment;
  @property({ attribute: false }) project!: Project;
  @property({ attribute: false }) tab: Tab = "overview";

  protected override observed(): Store[] {
    return [this.stores.gateways];
  }

  private openMenu(event: MouseEvent): void {
    const menu = this.querySelector<ActionMenu>(":scope > action-menu");
    const items = environmentCommands(this.stores, this.project, this.environment);
    const label = strings.general.actionsFor(this.environment.name);
    void menu?.toggle(event.currentTarget as HTMLElement, label, items);
  }

  private onTabKeyDown(event: KeyboardEvent): void {
    const tabs = [...this.querySelectorAll<HTMLAnchorElement>("[role=tab]")];
    const index = tabs.findIndex((tab) => tab === event.target);
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 }[event.key];
    if (event.key === " ") {
      event.preventDefault();
      tabs[index]?.click();
    } else if (next !== undefined) {
      event.preventDefault();
      const tab = tabs.at(next % tabs.length);
      tab?.focus();
      // Replaced, so that Back leaves the tabs immediately.
      if (tab) void this.stores.navigation.replace(tab.hash);
    }
  }

  private renderPanel() {
    const { environment } = this;
    switch (this.tab) {
      case "overview":
        return html`<environment-overview .environment=${environment}></environment-overview>`;
      case "keys":
        return keyed(environment.id, html`<api-keys .environment=${environment}></api-keys>`);
      case "gateway":
        return keyed(environment.id, html`<environment-gateway .environment=${environment}></environment-gateway>`);
      case "playground":
        return keyed(
          environment.id,
          html`<environment-playground .environment=${environment}></environment-playground>`,
        );
    }
  }

  private renderBadges() {
    const { environment, project } = this;
    const isActive = environment.activatedAt !== null;
    const address = this.stores.gateways.running.get(environment.id);
    const state = isActive ? strings.environments.active : strings.environments.notActive;
    return html`<span class="title-chips">
      ${stageBadge(environment)} ${badge(isActive ? "ok" : "", html`${statusDot(isActive)}${state}`)}
      ${address ? gatewayBadge(address, gatewayHref(project.id, environment.id)) : nothing}
    </span>`;
  }

  private renderTab(name: Tab, href: string) {
    const label = strings.environment.tabs[name];
    const isSelected = name === this.tab;
    return html`<a
      role="tab"
      id="tab-${name}"
      href=${href}
      data-label=${label}
      aria-selected=${isSelected ? "true" : "false"}
      aria-controls=${isSelected ? "tab-panel" : nothing}
      tabindex=${isSelected ? 0 : -1}
      >${label}</a
    >`;
  }

  protected override render() {
    const { environment, project, tab } = this;
    return html`<header class="head">
        <nav class="crumbs" aria-label=${strings.environment.breadcrumb}>
          <span>${project.name}</span><span class="faint" aria-hidden="true">/</span
          ><a href=${environmentsHref(project.id)}>${strings.environments.title}</a>
        </nav>
        <div class="titlebar">
          <h1 tabindex="-1">${environment.name}</h1>
          ${this.renderBadges()}
          <span class="spacer"></span>
          <button
            type="button"
            class="icon-button"
            aria-haspopup="menu"
            aria-expanded="false"
            aria-label=${strings.general.actionsFor(environment.name)}
            @click=${this.openMenu}
          >
            ${icon("dots")}
          </button>
        </div>
        <div class="tabs" role="tablist" aria-label=${environment.name} @keydown=${this.onTabKeyDown}>
          ${TABS.map(({ name, href }) => this.renderTab(name, href(project.id, environment.id)))}
        </div>
      </header>
      <div class="body" role="tabpanel" id="tab-panel" aria-labelledby="tab-${tab}">${this.renderPanel()}</div>
      <action-menu></action-menu>`;
  }
}
