/** The Overview tab: the next steps while no key was copied, and the environment's facts. */
import { html, nothing } from "lit";
import { icon } from "../elements/icons.js";
import { LightElement } from "../elements/light-element.js";
import { exact, when } from "../state/dates.js";
import { keyLocationLabel } from "../state/key-locations.js";
import { keysPlace } from "../state/place.js";
import { liveKeys, stageLabel } from "../state/stages.js";

class EnvironmentOverview extends LightElement {
  static properties = { environment: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../types/Environment").Environment} */
    this.environment = /** @type {any} */ (undefined);
  }

  steps() {
    const { environment } = this;
    if (environment.activatedAt !== null && environment.liveKeys > 0) return nothing;
    const first = environment.activatedAt === null;
    return html`<section class="card steps" aria-labelledby="next-steps">
      <h2 id="next-steps">${first ? "Next steps" : "No live keys"}</h2>
      <ol>
        <li>
          <p><b>${first ? "Create its first key" : "Create a key"}</b></p>
          <p class="muted small">Name its use, choose what it may do.</p>
          <button
            type="button"
            class="button primary"
            data-shortcut="new"
            @click=${() => this.emit("dialog-wanted", { kind: "new-key", environment })}
          >
            ${icon("plus")}<span>New API key</span>
          </button>
        </li>
        <li>
          <p><b>Copy it</b></p>
          <p class="muted small">
            It is shown once.${first ? ` Copying it makes ${environment.name} active.` : ""}
          </p>
        </li>
      </ol>
    </section>`;
  }

  render() {
    const { environment } = this;
    const now = Date.now();
    const moment = (/** @type {number} */ at) =>
      html`<time title=${exact(at)} datetime=${new Date(at).toISOString()}>${when(Math.min(at, now), now)}</time>`;
    const facts = [
      { name: "Stage", value: stageLabel(environment.stage) },
      { name: "Prefix", value: html`<code>${environment.prefix}</code>` },
      {
        name: "Endpoint",
        value: environment.endpoint ? html`<code>${environment.endpoint}</code>` : html`<span class="faint">no endpoint</span>`,
      },
      { name: "Key location", value: html`<code>${keyLocationLabel(environment.keyLocation)}</code>` },
      {
        name: "API keys",
        value: html`<a class="text-link" href=${keysPlace(environment.projectId, environment.id)}>${liveKeys(environment.liveKeys)}</a>`,
      },
      {
        name: "Active since",
        value:
          environment.activatedAt === null
            ? html`<span class="faint">not active until its first key is copied</span>`
            : moment(environment.activatedAt),
      },
      {
        name: "Last request",
        value:
          environment.lastRequestAt === null
            ? html`<span class="faint">none passed yet</span>`
            : moment(environment.lastRequestAt),
      },
      { name: "Created", value: moment(environment.createdAt) },
    ];
    return html`${this.steps()}
      <dl class="card facts">${facts.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
  }
}

customElements.define("environment-overview", EnvironmentOverview);
