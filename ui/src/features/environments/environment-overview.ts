/** The Overview tab: the next steps until a key was copied, and the details of the environment. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { icon } from "../../components/icons";
import { relativeTime } from "../../components/relative-time";
import type { Environment } from "../../host/types/Environment";
import { keysHref } from "../../routes";
import { strings } from "../../strings";
import { keyLocationLabel } from "./key-location";

const faint = (text: string) => html`<span class="faint">${text}</span>`;

@customElement("environment-overview")
export class EnvironmentOverview extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  private renderSteps() {
    const { environment } = this;
    const isFirst = environment.activatedAt === null;
    if (!isFirst && environment.activeKeys > 0) return nothing;
    const copyAbout = isFirst ? strings.overview.copyActivates(environment.name) : strings.overview.copyAbout;
    return html`<section class="card steps" aria-labelledby="next-steps">
      <h2 id="next-steps">${isFirst ? strings.overview.nextSteps : strings.overview.noActiveKeys}</h2>
      <ol>
        <li>
          <p><b>${isFirst ? strings.overview.createFirst : strings.overview.create}</b></p>
          <p class="muted small">${strings.overview.createAbout}</p>
          <button
            type="button"
            class="button primary"
            data-shortcut="new"
            @click=${() => this.stores.dialogs.open({ kind: "new-key", environment })}
          >
            ${icon("plus")}<span>${strings.general.newApiKey}</span>
          </button>
        </li>
        <li>
          <p><b>${strings.overview.copy}</b></p>
          <p class="muted small">${copyAbout}</p>
        </li>
      </ol>
    </section>`;
  }

  private details(): { name: string; value: unknown }[] {
    const { environment } = this;
    const { projectId, id, endpoint, activatedAt, lastRequestAt } = environment;
    const now = Date.now();
    return [
      { name: strings.general.stage, value: strings.environment.stages[environment.stage] },
      { name: strings.overview.prefix, value: html`<code>${environment.prefix}</code>` },
      {
        name: strings.general.endpoint,
        value: endpoint ? html`<code>${endpoint}</code>` : faint(strings.general.noEndpoint),
      },
      { name: strings.general.keyLocation, value: html`<code>${keyLocationLabel(environment.keyLocation)}</code>` },
      {
        name: strings.overview.apiKeys,
        value: html`<a class="text-link" href=${keysHref(projectId, id)}
          >${strings.general.activeKeys(environment.activeKeys)}</a
        >`,
      },
      {
        name: strings.overview.activeSince,
        value: activatedAt === null ? faint(strings.overview.notActive) : relativeTime(activatedAt, now),
      },
      {
        name: strings.overview.lastRequest,
        value: lastRequestAt === null ? faint(strings.general.notUsedYet) : relativeTime(lastRequestAt, now),
      },
      { name: strings.overview.created, value: relativeTime(environment.createdAt, now) },
    ];
  }

  protected override render() {
    return html`${this.renderSteps()}
      <dl class="card facts">
        ${this.details().map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      </dl>`;
  }
}
