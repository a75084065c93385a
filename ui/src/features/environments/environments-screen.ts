/** All environments of a project, one row each. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { AppElement } from "../../app-element";
import { environmentCommands, newEnvironment } from "../../commands/environment";
import "../../components/action-menu";
import type { ActionMenu } from "../../components/action-menu";
import { statusDot } from "../../components/badge";
import { errorBanner } from "../../components/field";
import { icon } from "../../components/icons";
import { relativeTime } from "../../components/relative-time";
import { richText } from "../../components/rich-text";
import type { Environment } from "../../host/types/Environment";
import type { Project } from "../../host/types/Project";
import type { Store } from "../../lib/store";
import { keysHref, overviewHref } from "../../routes";
import { strings } from "../../strings";
import { stageBadge } from "./environment-badges";

/** How often relative times are updated. */
const CLOCK_INTERVAL_MS = 30_000;

@customElement("environments-screen")
export class EnvironmentsScreen extends AppElement {
  @property({ attribute: false }) project!: Project;

  private ticker: ReturnType<typeof setInterval> | undefined;
  private wasEmpty = false;

  protected override observed(): Store[] {
    return [this.stores.environments];
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

  private openMenu(event: MouseEvent, environment: Environment): void {
    const menu = this.querySelector<ActionMenu>("action-menu");
    const items = environmentCommands(this.stores, this.project, environment);
    const label = strings.general.actionsFor(environment.name);
    void menu?.toggle(event.currentTarget as HTMLElement, label, items);
  }

  private renderLastRequest({ lastRequestAt }: Environment) {
    if (lastRequestAt === null) return strings.general.notUsedYet;
    return richText(strings.environments.lastRequest, { time: relativeTime(lastRequestAt, Date.now()) });
  }

  private renderRow(environment: Environment) {
    const { id, name, prefix, endpoint, projectId, activeKeys } = environment;
    const isActive = environment.activatedAt !== null;
    const stateAndPrefix = richText(strings.environments.stateAndPrefix, {
      state: isActive ? strings.environments.active : strings.environments.notActive,
      prefix: html`<code>${prefix}</code>`,
    });
    const hasNeverHadKeys = activeKeys === 0 && !isActive;
    return html`<li class="environment">
      ${statusDot(isActive)}
      <div class="environment-name">
        <p class="environment-title"><a href=${overviewHref(projectId, id)}>${name}</a>${stageBadge(environment)}</p>
        <p class="faint small">${stateAndPrefix}</p>
      </div>
      <p class="environment-endpoint">
        ${endpoint ? html`<code>${endpoint}</code>` : html`<span class="faint">${strings.general.noEndpoint}</span>`}
      </p>
      <div class="environment-keys">
        <p>${hasNeverHadKeys ? strings.environments.noKeys : strings.general.activeKeys(activeKeys)}</p>
        <p class="faint">${this.renderLastRequest(environment)}</p>
      </div>
      <div class="environment-actions">
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
    </li>`;
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

  private renderList(environments: Environment[]) {
    if (environments.length === 0) {
      return html`<div class="empty">
        <h2>${strings.environments.emptyTitle}</h2>
        <p class="muted">${strings.environments.emptyAbout}</p>
        ${this.renderNewButton({ isFirst: true })}
      </div>`;
    }
    return html`<ul class="environments">
      ${repeat(
        environments,
        ({ id }) => id,
        (environment) => this.renderRow(environment),
      )}
    </ul>`;
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
