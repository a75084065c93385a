/** The environments of the project in the sidebar. Switching to another one keeps the tab. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { AppElement } from "../../app-element";
import { statusDot } from "../../components/badge";
import { icon } from "../../components/icons";
import type { Environment } from "../../host/types/Environment";
import type { Project } from "../../host/types/Project";
import { firstGrapheme } from "../../lib/format/text";
import type { Store } from "../../lib/store";
import { environmentHomeHref, environmentHref } from "../../routes";
import { strings } from "../../strings";
import { productionFirst } from "../environments/environment-list";

@customElement("sidebar-environments")
export class SidebarEnvironments extends AppElement {
  @property({ attribute: false }) project: Project | null = null;

  private shownId: string | null = null;

  protected override observed(): Store[] {
    const { navigation, environments, gateways } = this.stores;
    return [navigation, environments, gateways];
  }

  /** Scrolls the current environment into view when it changes. */
  protected override updated(): void {
    const { route } = this.stores.navigation;
    const id = route.page === "environment" ? route.environmentId : null;
    if (id === this.shownId) return;
    this.shownId = id;
    this.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  private href(environment: Environment): string {
    const { route } = this.stores.navigation;
    if (route.page !== "environment") return environmentHomeHref(environment);
    return environmentHref(environment.projectId, environment.id, route.tab);
  }

  private renderEnvironment(environment: Environment) {
    const { id, name, stage, activeKeys } = environment;
    const { gateways, navigation } = this.stores;
    const { route } = navigation;
    const isCurrent = route.page === "environment" && route.environmentId === id;
    const isProduction = stage === "production";
    const isGuarded = gateways.running.has(id);
    const description = [
      isProduction ? strings.sidebar.production : "",
      isGuarded ? strings.sidebar.gatewayRunning : "",
      activeKeys === 0 ? strings.sidebar.noActiveKeys : "",
    ].filter(Boolean);
    return html`<li>
      <a
        href=${this.href(environment)}
        aria-current=${isCurrent ? "page" : nothing}
        aria-description=${description.length ? description.join(", ") : nothing}
        data-tooltip=${[name, ...description].join(" · ")}
        >${statusDot(activeKeys > 0)}<span class="sidebar-environment-initial" aria-hidden="true"
          >${firstGrapheme(name).toUpperCase()}</span
        ><span class="nav-label sidebar-environment-name"><bdi>${name}</bdi></span>${isGuarded
          ? html`<span class="sidebar-gateway">${icon("gateway")}</span>`
          : nothing}${isProduction ? html`<span class="production-mark" aria-hidden="true"></span>` : nothing}</a
      >
    </li>`;
  }

  protected override render() {
    if (!this.project) return nothing;
    const list = productionFirst(this.stores.environments.byProject.get(this.project.id) ?? []);
    if (list.length === 0) return nothing;
    return html`<ul class="sidebar-environments" aria-label=${strings.sidebar.environmentsOf(this.project.name)}>
      ${repeat(
        list,
        ({ id }) => id,
        (environment) => this.renderEnvironment(environment),
      )}
    </ul>`;
  }
}
