/** The Overview tab: the next steps until a key was copied, and the details of the environment. */
import { html, nothing } from "lit";
import { icon } from "../elements/icons.js";
import { LightElement } from "../elements/light-element.js";
import { exact, when } from "../state/dates.js";
import { keyLocationLabel } from "../state/key-locations.js";
import { keysPlace } from "../state/place.js";
import { strings } from "../strings.js";

class EnvironmentOverview extends LightElement {
  static properties = { environment: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../types/Environment").Environment} */
    this.environment = /** @type {any} */ (undefined);
  }

  steps() {
    const { environment } = this;
    if (environment.activatedAt !== null && environment.activeKeys > 0) return nothing;
    const first = environment.activatedAt === null;
    return html`<section class="card steps" aria-labelledby="next-steps">
      <h2 id="next-steps">${first ? strings.overview.nextSteps : strings.overview.noActiveKeys}</h2>
      <ol>
        <li>
          <p><b>${first ? strings.overview.createFirst : strings.overview.create}</b></p>
          <p class="muted small">${strings.overview.createAbout}</p>
          <button
            type="button"
            class="button primary"
            data-shortcut="new"
            @click=${() => this.emit("open-dialog", { kind: "new-key", environment })}
          >
            ${icon("plus")}<span>${strings.general.newApiKey}</span>
          </button>
        </li>
        <li>
          <p><b>${strings.overview.copy}</b></p>
          <p class="muted small">${first ? strings.overview.copyActivates(environment.name) : strings.overview.copyAbout}</p>
        </li>
      </ol>
    </section>`;
  }

  render() {
    const { environment } = this;
    const now = Date.now();
    const time = (/** @type {number} */ at) =>
      html`<time title=${exact(at)} datetime=${new Date(at).toISOString()}>${when(Math.min(at, now), now)}</time>`;
    const facts = [
      { name: strings.general.stage, value: strings.environment.stages[environment.stage] },
      { name: strings.overview.prefix, value: html`<code>${environment.prefix}</code>` },
      {
        name: strings.general.endpoint,
        value: environment.endpoint ? html`<code>${environment.endpoint}</code>` : html`<span class="faint">${strings.general.noEndpoint}</span>`,
      },
      { name: strings.general.keyLocation, value: html`<code>${keyLocationLabel(environment.keyLocation)}</code>` },
      {
        name: strings.overview.apiKeys,
        value: html`<a class="text-link" href=${keysPlace(environment.projectId, environment.id)}>${strings.general.activeKeys(environment.activeKeys)}</a>`,
      },
      {
        name: strings.overview.activeSince,
        value:
          environment.activatedAt === null
            ? html`<span class="faint">${strings.overview.notActive}</span>`
            : time(environment.activatedAt),
      },
      {
        name: strings.overview.lastRequest,
        value:
          environment.lastRequestAt === null
            ? html`<span class="faint">${strings.general.notUsedYet}</span>`
            : time(environment.lastRequestAt),
      },
      { name: strings.overview.created, value: time(environment.createdAt) },
    ];
    return html`${this.steps()}
      <dl class="card facts">${facts.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
  }
}

customElements.define("environment-overview", EnvironmentOverview);
