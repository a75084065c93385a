/** All environments of a project, one row each. */
import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { dot, stageChip } from "../elements/chips.js";
import { failureBlock } from "../elements/field.js";
import { icon } from "../elements/icons.js";
import { LightElement } from "../elements/light-element.js";
import "../elements/action-menu.js";
import { richText } from "../elements/rich-text.js";
import { exact, when } from "../state/dates.js";
import { keysPlace, overviewPlace } from "../state/place.js";
import { strings } from "../strings.js";

/** @typedef {import("../types/Environment").Environment} Environment */

/** How often relative times are updated, in milliseconds. */
const CLOCK_INTERVAL_MS = 30_000;

class EnvironmentsScreen extends LightElement {
  static properties = { project: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../types/Project").Project} */
    this.project = /** @type {any} */ (undefined);
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.ticking = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    this.ticking = setInterval(() => this.requestUpdate(), CLOCK_INTERVAL_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.ticking);
  }

  updated() {
    const first = this.find("[data-first]");
    if (first && document.activeElement === document.body) first.focus();
  }

  openNewEnvironment() {
    this.emit("open-dialog", { kind: "new-environment", project: this.project });
  }

  /**
   * @param {Event} event
   * @param {Environment} environment
   */
  menuPressed(event, environment) {
    const { project } = this;
    const menu = /** @type {import("../elements/action-menu.js").ActionMenuElement} */ (this.querySelector("action-menu"));
    void menu.toggle(/** @type {HTMLElement} */ (event.currentTarget), strings.general.actionsFor(environment.name), [
      { label: strings.general.edit, run: () => this.emit("open-dialog", { kind: "edit-environment", project, environment }) },
      {
        label: strings.general.delete,
        danger: true,
        run: () => this.emit("open-dialog", { kind: "delete-environment", environment }),
      },
    ]);
  }

  /** @param {Environment} environment */
  lastRequest({ lastRequestAt: at }) {
    if (at === null) return strings.general.notUsedYet;
    const now = Date.now();
    return richText(strings.environments.lastRequest, {
      time: html`<time title=${exact(at)} datetime=${new Date(at).toISOString()}>${when(Math.min(at, now), now)}</time>`,
    });
  }

  /** @param {Environment} environment */
  row(environment) {
    const { id, name, prefix, endpoint, projectId } = environment;
    const active = environment.activatedAt !== null;
    const stateAndPrefix = {
      state: active ? strings.environments.active : strings.environments.notActive,
      prefix: html`<code>${prefix}</code>`,
    };
    return html`<li class="environment">
      ${dot(active)}
      <div class="environment-name">
        <p class="environment-title"><a href=${overviewPlace(projectId, id)}>${name}</a>${stageChip(environment)}</p>
        <p class="faint small">${richText(strings.environments.stateAndPrefix, stateAndPrefix)}</p>
      </div>
      <p class="environment-endpoint">${endpoint ? html`<code>${endpoint}</code>` : html`<span class="faint">${strings.general.noEndpoint}</span>`}</p>
      <div class="environment-keys">
        <p>${environment.activeKeys === 0 && !active ? strings.environments.noKeys : strings.general.activeKeys(environment.activeKeys)}</p>
        <p class="faint">${this.lastRequest(environment)}</p>
      </div>
      <div class="environment-actions">
        <button type="button" class="button" @click=${() => (location.hash = keysPlace(projectId, id))}>
          ${icon("key")}<span>${strings.environments.apiKeys}</span>
        </button>
        <button
          type="button"
          class="icon-button"
          aria-haspopup="menu"
          aria-expanded="false"
          aria-label=${strings.general.actionsFor(name)}
          @click=${(/** @type {Event} */ event) => this.menuPressed(event, environment)}
        >
          ${icon("dots")}
        </button>
      </div>
    </li>`;
  }

  /** @param {Environment[]} environments */
  list(environments) {
    if (environments.length === 0) {
      return html`<div class="empty">
        <h2>${strings.environments.emptyTitle}</h2>
        <p class="muted">${strings.environments.emptyAbout}</p>
        <button type="button" class="button primary" data-first data-shortcut="new" @click=${this.openNewEnvironment}>
          ${icon("plus")}<span>${strings.environments.new}</span>
        </button>
      </div>`;
    }
    return html`<ul class="environments">
      ${repeat(
        environments,
        ({ id }) => id,
        (environment) => this.row(environment),
      )}
    </ul>`;
  }

  render() {
    const { library } = this.state;
    const environments = library.environments.get(this.project.id);
    const failure = library.failures.get(this.project.id);
    return html`<header class="head">
        <div class="titlebar">
          <h1 tabindex="-1">${strings.environments.title}</h1>
          <span class="spacer"></span>
          ${environments?.length
            ? html`<button type="button" class="button primary" data-shortcut="new" @click=${this.openNewEnvironment}>
                ${icon("plus")}<span>${strings.environments.new}</span>
              </button>`
            : nothing}
        </div>
        <p class="muted">${strings.environments.about}</p>
      </header>
      <div class="body">
        ${failure ? failureBlock(failure) : nothing}
        ${environments ? this.list(environments) : failure ? nothing : html`<div class="progress" role="progressbar" aria-label=${strings.app.loadingEnvironments}></div>`}
      </div>
      <action-menu></action-menu>`;
  }
}

customElements.define("environments-screen", EnvironmentsScreen);
