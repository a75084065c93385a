/** The head of every page of an environment: where it is, its gateway, and its pages. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { menuItems } from "../../commands/command";
import { environmentCommands } from "../../commands/environment";
import "../../components/action-menu";
import type { ActionMenu } from "../../components/action-menu";
import { icon } from "../../components/icons";
import type { Environment } from "../../host/types/Environment";
import type { Project } from "../../host/types/Project";
import type { Store } from "../../lib/store";
import { environmentHref, environmentsHref, TABS, type Tab } from "../../routes";
import { strings } from "../../strings";
import { stageBadge } from "./environment-badges";
import "./gateway-status";

@customElement("environment-header")
export class EnvironmentHeader extends AppElement {
  @property({ attribute: false }) environment!: Environment;
  @property({ attribute: false }) project!: Project;
  @property({ attribute: false }) tab!: Tab;

  protected override observed(): Store[] {
    return [this.stores.gateways];
  }

  private openMenu(event: MouseEvent): void {
    const menu = this.querySelector<ActionMenu>(":scope > action-menu");
    const { stores, project, environment } = this;
    const items = menuItems(environmentCommands, { stores, project, environment });
    void menu?.toggle(event.currentTarget as HTMLElement, strings.general.actionsFor(environment.name), items);
  }

  private renderTab(name: Tab) {
    const { projectId, id } = this.environment;
    const label = strings.environment.tabs[name];
    return html`<a
      href=${environmentHref(projectId, id, name)}
      data-label=${label}
      aria-current=${name === this.tab ? "page" : nothing}
      >${label}</a
    >`;
  }

  protected override render() {
    const { environment, project } = this;
    return html`<header class="head">
        <nav class="crumbs" aria-label=${strings.environment.breadcrumb}>
          <bdi>${project.name}</bdi><span class="faint" aria-hidden="true">/</span
          ><a href=${environmentsHref(project.id)}>${strings.environments.title}</a>
        </nav>
        <div class="titlebar environment-titlebar">
          <h1 tabindex="-1"><bdi>${environment.name}</bdi></h1>
          ${stageBadge(environment)}
          <span class="spacer"></span>
          <gateway-status .environment=${environment}></gateway-status>
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
        <nav class="tabs" aria-label=${environment.name}>${TABS.map((name) => this.renderTab(name))}</nav>
      </header>
      <action-menu></action-menu>`;
  }
}
