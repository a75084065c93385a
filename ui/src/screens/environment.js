/** One environment: project, name, state and tabs. */
import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { gatewayChip, stageChip } from "../elements/chips.js";
import { icon } from "../elements/icons.js";
import { LightElement } from "../elements/light-element.js";
import "../elements/action-menu.js";
import { environmentsPlace, gatewayPlace, keysPlace, overviewPlace, playgroundPlace } from "../state/place.js";
import { strings } from "../strings.js";
import "./api-keys.js";
import "./environment-gateway.js";
import "./environment-overview.js";
import "./environment-playground.js";

class EnvironmentScreen extends LightElement {
  static properties = { environment: { attribute: false }, project: { attribute: false }, tab: { type: String } };

  constructor() {
    super();
    /** @type {import("../types/Environment").Environment} */
    this.environment = /** @type {any} */ (undefined);
    /** @type {import("../types/Project").Project} */
    this.project = /** @type {any} */ (undefined);
    /** @type {import("../state/place.js").Tab} */
    this.tab = "overview";
  }

  /** @param {Event} event */
  menuPressed(event) {
    const { environment, project } = this;
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

  /** @param {KeyboardEvent} event */
  tabKeyed(event) {
    const tabs = /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[role=tab]")]);
    const at = tabs.indexOf(/** @type {HTMLElement} */ (event.target));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === " ") {
      event.preventDefault();
      tabs[at]?.click();
    } else if (to !== undefined) {
      event.preventDefault();
      const next = tabs.at(to % tabs.length);
      next?.focus();
      next?.click();
    }
  }

  panel() {
    const { environment, state } = this;
    switch (this.tab) {
      case "keys":
        return keyed(environment.id, html`<api-keys .state=${state} .environment=${environment}></api-keys>`);
      case "gateway":
        return keyed(environment.id, html`<environment-gateway .state=${state} .environment=${environment}></environment-gateway>`);
      case "playground":
        return keyed(environment.id, html`<environment-playground .state=${state} .environment=${environment}></environment-playground>`);
      default:
        return html`<environment-overview .state=${state} .environment=${environment}></environment-overview>`;
    }
  }

  render() {
    const { environment, project, tab } = this;
    const active = environment.activatedAt !== null;
    const tabs = [
      { tab: "overview", label: strings.environment.tabs.overview, href: overviewPlace(project.id, environment.id) },
      { tab: "keys", label: strings.environment.tabs.keys, href: keysPlace(project.id, environment.id) },
      { tab: "gateway", label: strings.environment.tabs.gateway, href: gatewayPlace(project.id, environment.id) },
      { tab: "playground", label: strings.environment.tabs.playground, href: playgroundPlace(project.id, environment.id) },
    ];
    const address = this.state.gateways.running.get(environment.id);
    return html`<header class="head">
        <nav class="crumbs" aria-label=${strings.environment.breadcrumb}>
          <span>${project.name}</span><span class="faint" aria-hidden="true">/</span
          ><a href=${environmentsPlace(project.id)}>${strings.environments.title}</a>
        </nav>
        <div class="titlebar">
          <h1 tabindex="-1">${environment.name}</h1>
          <span class="title-chips">
            ${stageChip(environment)}
            <span class="chip ${active ? "ok" : ""}"
              ><span class="dot ${active ? "" : "off"}" aria-hidden="true"></span>${active ? strings.environments.active : strings.environments.notActive}</span
            >
            ${address ? gatewayChip(address, gatewayPlace(project.id, environment.id)) : nothing}
          </span>
          <span class="spacer"></span>
          <button
            type="button"
            class="icon-button"
            aria-haspopup="menu"
            aria-expanded="false"
            aria-label=${strings.general.actionsFor(environment.name)}
            @click=${this.menuPressed}
          >
            ${icon("dots")}
          </button>
        </div>
        <div class="tabs" role="tablist" aria-label=${environment.name} @keydown=${this.tabKeyed}>
          ${tabs.map(
            ({ tab: name, label, href }) => html`<a
              role="tab"
              id="tab-${name}"
              href=${href}
              data-label=${label}
              aria-selected=${name === tab ? "true" : "false"}
              aria-controls=${name === tab ? "tab-panel" : nothing}
              tabindex=${name === tab ? 0 : -1}
              >${label}</a
            >`,
          )}
        </div>
      </header>
      <div class="body" role="tabpanel" id="tab-panel" aria-labelledby="tab-${tab}">
        ${this.panel()}
      </div>
      <action-menu></action-menu>`;
  }
}

customElements.define("environment-screen", EnvironmentScreen);
