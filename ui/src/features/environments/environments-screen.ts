/** All environments of a project, one row each, production first. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { AppElement } from "../../app-element";
import { menuItems } from "../../commands/command";
import { environmentCommands, newEnvironment } from "../../commands/environment";
import { gatewayCommands } from "../../commands/gateway";
import "../../components/action-menu";
import type { ActionMenu, MenuItem } from "../../components/action-menu";
import { statusDot } from "../../components/badge";
import { errorBanner } from "../../components/field";
import { icon } from "../../components/icons";
import { relativeTime } from "../../components/relative-time";
import { searchField } from "../../components/search-field";
import type { Environment } from "../../host/types/Environment";
import type { Project } from "../../host/types/Project";
import { takeContextMenu } from "../../lib/context-menu";
import type { Store } from "../../lib/store";
import { environmentHomeHref, gatewayHref, keysHref } from "../../routes";
import { strings } from "../../strings";
import { stageBadge } from "./environment-badges";
import { matchingEnvironments, productionFirst } from "./environment-list";

/** How often relative times are updated. */
const CLOCK_INTERVAL_MS = 30_000;

/** A search field is shown for longer lists. */
const MIN_SEARCHED = 6;

@customElement("environments-screen")
export class EnvironmentsScreen extends AppElement {
  @property({ attribute: false }) project!: Project;

  @state() private search = "";

  private ticker: ReturnType<typeof setInterval> | undefined;
  private wasEmpty = false;

  protected override observed(): Store[] {
    return [this.stores.environments, this.stores.gateways];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticker = setInterval(() => this.requestUpdate(), CLOCK_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.ticker);
  }

  /** Focuses New when the list becomes empty. */
  protected override updated(): void {
    const button = this.querySelector<HTMLElement>("[data-first]");
    if (button && !this.wasEmpty && document.activeElement === document.body) button.focus();
    this.wasEmpty = button !== null;
  }

  private get menu(): ActionMenu | null {
    return this.querySelector<ActionMenu>("action-menu");
  }

  private items(environment: Environment): MenuItem[] {
    const context = { stores: this.stores, project: this.project, environment };
    return menuItems([...gatewayCommands, ...environmentCommands], context);
  }

  private openMenu(event: MouseEvent, environment: Environment): void {
    const label = strings.general.actionsFor(environment.name);
    void this.menu?.toggle(event.currentTarget as HTMLElement, label, this.items(environment));
  }

  /** The endpoint is above the link that covers the row, so that it can be selected. */
  private onEndpointClick(environment: Environment): void {
    if (getSelection()?.isCollapsed ?? true) void this.stores.navigation.go(environmentHomeHref(environment));
  }

  private onContextMenu(event: MouseEvent, environment: Environment): void {
    const row = event.currentTarget as HTMLElement;
    const button = row.querySelector<HTMLElement>("[aria-haspopup=menu]");
    const point = takeContextMenu(event, row);
    if (!point || !button) return;
    const label = strings.general.actionsFor(environment.name);
    void this.menu?.toggleAt(point.x, point.y, label, this.items(environment), button);
  }

  private renderGateway({ id, projectId }: Environment) {
    const address = this.stores.gateways.running.get(id);
    if (!address) return nothing;
    return html`<a
      class="chip ok environment-gateway"
      href=${gatewayHref(projectId, id)}
      data-tooltip=${strings.environment.gatewayOn(address)}
      >${statusDot(true)}<span>${strings.environments.gateway}</span></a
    >`;
  }

  private renderLastRequest({ lastRequestAt, activeKeys }: Environment) {
    if (lastRequestAt !== null) return relativeTime(lastRequestAt, Date.now());
    return activeKeys > 0 ? html`<span class="faint">${strings.environments.neverUsed}</span>` : nothing;
  }

  private renderRow(environment: Environment) {
    const { id, name, prefix, endpoint, projectId, activeKeys } = environment;
    return html`<div
      class="environment-row"
      role="row"
      @contextmenu=${(event: MouseEvent) => this.onContextMenu(event, environment)}
    >
      <div class="environment-cell-name" role="cell">
        <p class="environment-title">
          <a href=${environmentHomeHref(environment)} data-tooltip><bdi>${name}</bdi></a>
          ${stageBadge(environment)} ${this.renderGateway(environment)}
        </p>
        <code class="faint">${prefix}</code>
      </div>
      <div class="environment-cell-endpoint" role="cell">
        ${endpoint
          ? html`<code class="truncate" data-tooltip @click=${() => this.onEndpointClick(environment)}
              >${endpoint}</code
            >`
          : nothing}
      </div>
      <div class="environment-cell-keys" role="cell">
        ${activeKeys === 0
          ? html`<span class="faint">${strings.environments.noKeys}</span>`
          : strings.environments.keyCount(activeKeys)}
      </div>
      <div class="environment-cell-used" role="cell">${this.renderLastRequest(environment)}</div>
      <div class="environment-cell-actions" role="cell">
        <button type="button" class="button" @click=${() => this.stores.navigation.go(keysHref(projectId, id))}>
          ${icon("key")}<span>${strings.environments.apiKeys}</span>
        </button>
        <button
          type="button"
          class="icon-button"
          aria-haspopup="menu"
          aria-expanded="false"
          aria-label=${strings.general.actionsFor(name)}
          @click=${(event: MouseEvent) => this.openMenu(event, environment)}
        >
          ${icon("dots")}
        </button>
      </div>
    </div>`;
  }

  private renderNewButton({ isFirst }: { isFirst: boolean }) {
    return html`<button
      type="button"
      class="button primary"
      ?data-first=${isFirst}
      data-shortcut="new"
      @click=${() => newEnvironment(this.stores, this.project)}
    >
      ${icon("plus")}<span>${strings.environments.new}</span>
    </button>`;
  }

  private renderSearch() {
    return html`<div class="tools">
      ${searchField({
        label: strings.environments.search,
        value: this.search,
        onInput: (search) => (this.search = search),
      })}
    </div>`;
  }

  private renderTable(environments: Environment[]) {
    const { columns } = strings.environments;
    return html`<div class="environment-table" role="table" aria-label=${strings.environments.title}>
      <div class="environment-head" role="row">
        <span role="columnheader">${columns.name}</span>
        <span class="environment-cell-endpoint" role="columnheader">${columns.endpoint}</span>
        <span role="columnheader">${columns.keys}</span>
        <span class="environment-cell-used" role="columnheader">${columns.lastRequest}</span>
        <span role="columnheader"><span class="visually-hidden">${columns.actions}</span></span>
      </div>
      ${repeat(
        environments,
        ({ id }) => id,
        (environment) => this.renderRow(environment),
      )}
    </div>`;
  }

  private renderList(environments: Environment[]) {
    if (environments.length === 0) {
      return html`<div class="empty">
        <h2>${strings.environments.emptyTitle}</h2>
        <p class="muted">${strings.environments.emptyAbout}</p>
        ${this.renderNewButton({ isFirst: true })}
      </div>`;
    }
    const found = productionFirst(matchingEnvironments(environments, this.search));
    return html`${environments.length >= MIN_SEARCHED || this.search ? this.renderSearch() : nothing}
    ${found.length > 0
      ? this.renderTable(found)
      : html`<div class="empty slim"><p class="muted">${strings.environments.noMatch}</p></div>`}`;
  }

  private renderBody(environments: Environment[] | undefined) {
    const failure = this.stores.environments.failures.get(this.project.id);
    if (environments) return html`${failure ? errorBanner(failure) : nothing} ${this.renderList(environments)}`;
    if (failure) return errorBanner(failure);
    return html`<div class="progress" role="progressbar" aria-label=${strings.app.loadingEnvironments}></div>`;
  }

  protected override render() {
    const environments = this.stores.environments.byProject.get(this.project.id);
    return html`<header class="head">
        <div class="titlebar">
          <h1 tabindex="-1">${strings.environments.title}</h1>
          <span class="spacer"></span>
          ${environments?.length ? this.renderNewButton({ isFirst: false }) : nothing}
        </div>
        <p class="muted">${strings.environments.about}</p>
      </header>
      <div class="body">${this.renderBody(environments)}</div>
      <action-menu></action-menu>`;
  }
}
