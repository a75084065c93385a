/** The Overview: whether the environment is guarded, whether it is used, and what to do next. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { showKey } from "../../commands/key";
import { errorBanner } from "../../components/field";
import { relativeTime } from "../../components/relative-time";
import { richText } from "../../components/rich-text";
import type { Environment } from "../../host/types/Environment";
import type { IdleKey } from "../../host/types/IdleKey";
import type { Store } from "../../lib/store";
import { strings } from "../../strings";
import "./environment-facts";
import "./guard-card";
import "./next-steps";
import { requestsCard } from "./requests-card";

/** How often relative times are updated. */
const CLOCK_INTERVAL_MS = 30_000;

@customElement("environment-overview")
export class EnvironmentOverview extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  private ticker: ReturnType<typeof setInterval> | undefined;

  protected override observed(): Store[] {
    return [this.stores.activity];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticker = setInterval(() => this.requestUpdate(), CLOCK_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.ticker);
  }

  private renderIdleKey(key: IdleKey) {
    const { id: environmentId, projectId } = this.environment;
    const sentence = key.lastUsedAt === null ? strings.overview.neverUsedSince : strings.overview.unusedSince;
    const time = relativeTime(key.lastUsedAt ?? key.claimedAt, Date.now());
    return html`<li>
      <button
        type="button"
        class="link"
        @click=${() => showKey(this.stores, { projectId, environmentId, keyId: key.id })}
      >
        ${key.name}</button
      ><span class="muted small">${richText(sentence, { time })}</span>
    </li>`;
  }

  private renderAttention() {
    const activity = this.stores.activity.byEnvironment.get(this.environment.id);
    if (!activity || activity.idleKeyCount === 0) return nothing;
    const { idleKeys, idleKeyCount } = activity;
    const more = idleKeyCount - idleKeys.length;
    return html`<section class="card overview-card" aria-labelledby="attention">
      <h2 id="attention">${strings.overview.attention}</h2>
      <p class="muted small">${strings.overview.idleKeys(idleKeyCount)}</p>
      <ul class="idle-keys">
        ${idleKeys.map((key) => this.renderIdleKey(key))}
        ${more > 0 ? html`<li class="muted small">${strings.notices.more(more)}</li>` : nothing}
      </ul>
    </section>`;
  }

  protected override render() {
    const { environment } = this;
    const { activity } = this.stores;
    const failure = activity.failures.get(environment.id);
    return html`<div class="overview">
      <next-steps .environment=${environment}></next-steps>
      <div class="overview-pair">
        <guard-card .environment=${environment}></guard-card>
        ${requestsCard(activity.days(environment.id), activity.byEnvironment.has(environment.id))}
      </div>
      ${failure ? errorBanner(failure) : nothing} ${this.renderAttention()}
      <environment-facts .environment=${environment}></environment-facts>
    </div>`;
  }
}
