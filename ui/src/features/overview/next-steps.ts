/** The steps from a new environment to a guarded API, until they are done. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { createKey } from "../../commands/key";
import { startGateway } from "../../commands/gateway";
import { icon } from "../../components/icons";
import type { Environment } from "../../host/types/Environment";
import type { Store } from "../../lib/store";
import { gatewayHref, playgroundHref } from "../../routes";
import { strings } from "../../strings";
import { findSteps, guardOf, isComplete } from "./guard";

interface Step {
  title: string;
  about: string;
  isDone: boolean;
  actions: unknown;
}

@customElement("next-steps")
export class NextSteps extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  protected override observed(): Store[] {
    return [this.stores.gateways, this.stores.httpService];
  }

  /** The first step that is not done has the primary button. */
  private steps(): Step[] {
    const { environment, stores } = this;
    const { id, projectId, name, activatedAt } = environment;
    const done = findSteps(environment, guardOf(stores, environment));
    const tone = (isNext: boolean) => (isNext ? "button primary" : "button");
    const text = strings.overview.steps;
    return [
      {
        title: activatedAt === null ? text.firstKey : text.key,
        about: activatedAt === null ? text.firstKeyAbout(name) : text.keyAbout,
        isDone: done.hasKey,
        actions: html`<button
          type="button"
          class=${tone(true)}
          data-shortcut="new"
          @click=${() => createKey(stores, environment)}
        >
          ${icon("plus")}<span>${strings.general.newApiKey}</span>
        </button>`,
      },
      {
        title: text.guard,
        about: text.guardAbout,
        isDone: done.isGuarded,
        actions: html`<button
            type="button"
            class=${tone(done.hasKey)}
            @click=${() => startGateway(stores, environment)}
          >
            ${stores.gateways.hasUpstream(id) ? strings.overview.guardStart : strings.general.setEndpoint}</button
          ><a class="text-link small" href=${gatewayHref(projectId, id)}>${strings.overview.useProxy}</a>`,
      },
      {
        title: text.try,
        about: text.tryAbout,
        isDone: done.isTried,
        actions: html`<a class=${tone(done.hasKey && done.isGuarded)} href=${playgroundHref(projectId, id)}
          >${strings.overview.openPlayground}</a
        >`,
      },
    ];
  }

  private renderStep({ title, about, isDone, actions }: Step, index: number) {
    return html`<li class="next-step ${isDone ? "is-done" : ""}">
      <span class="next-step-mark" aria-hidden="true">${isDone ? icon("check") : index + 1}</span>
      <div>
        <p>
          <b>${title}</b>${isDone ? html`<span class="visually-hidden"> (${strings.overview.done})</span>` : nothing}
        </p>
        ${isDone ? nothing : html`<p class="muted small">${about}</p>`}
      </div>
      ${isDone ? nothing : html`<div class="next-step-actions">${actions}</div>`}
    </li>`;
  }

  protected override render() {
    const { environment, stores } = this;
    if (isComplete(findSteps(environment, guardOf(stores, environment)))) return nothing;
    return html`<section class="card overview-card" aria-labelledby="next-steps">
      <h2 id="next-steps">${strings.overview.nextSteps}</h2>
      <ol class="next-steps-list">${this.steps().map((step, index) => this.renderStep(step, index))}</ol>
    </section>`;
  }
}
