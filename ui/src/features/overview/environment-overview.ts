/** The Overview: whether the environment is guarded, whether it is used, and what to do next. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { showKey } from "../../commands/key";
import { errorBanner } from "../../components/field";
import { relativeTime, remainingTime } from "../../components/relative-time";
import { richText } from "../../components/rich-text";
import type { Environment } from "../../host/types/Environment";
import type { IdleKey } from "../../host/types/IdleKey";
import type { Key } from "../../host/types/Key";
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
    return [this.stores.activity, this.stores.expiringKeys];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticker = setInterval(() => this.requestUpdate(), CLOCK_INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.ticker);
  }

  private renderKey({ id, name }: Pick<Key, "id" | "name">, about: unknown) {
    const { id: environmentId, projectId } = this.environment;
    return html`<li>
      <button type="button" class="link" @click=${() => showKey(this.stores, { projectId, environmentId, keyId: id })}>
        ${name}</button
      ><span class="muted small">${about}</span>
    </li>`;
  }

  private renderIdleKey(key: IdleKey) {
    const sentence = key.lastUsedAt === null ? strings.overview.neverUsedSince : strings.overview.unusedSince;
    return this.renderKey(key, richText(sentence, { time: relativeTime(key.lastUsedAt ?? key.claimedAt, Date.now()) }));
  }

  private renderExpiringKey(key: Key) {
    if (key.expiresAt === null) return nothing;
    return this.renderKey(key, richText(strings.overview.expires, { time: remainingTime(key.expiresAt, Date.now()) }));
  }

  private renderKeys(about: string, rows: unknown[], total: number) {
    const more = total - rows.length;
    return html`<p class="muted small">${about}</p>
      <ul class="idle-keys">
        ${rows} ${more > 0 ? html`<li class="muted small">${strings.notices.more(more)}</li>` : nothing}
      </ul>`;
  }

  private renderExpiringKeys() {
    const { expiringKeys } = this.stores;
    const { id } = this.environment;
    const keys = (expiringKeys.byEnvironment.get(id) ?? []).filter(({ expiresAt }) => (expiresAt ?? 0) > Date.now());
    if (keys.length === 0) return null;
    const total = Math.max(keys.length, expiringKeys.counts.get(id) ?? 0);
    const rows = keys.map((key) => this.renderExpiringKey(key));
    return this.renderKeys(strings.overview.expiringKeys(total), rows, total);
  }

  private renderIdleKeys() {
    const activity = this.stores.activity.byEnvironment.get(this.environment.id);
    if (!activity || activity.idleKeyCount === 0) return null;
    const { idleKeys, idleKeyCount } = activity;
    const rows = idleKeys.map((key) => this.renderIdleKey(key));
    return this.renderKeys(strings.overview.idleKeys(idleKeyCount), rows, idleKeyCount);
  }

  private renderAttention() {
    const [expiring, idle] = [this.renderExpiringKeys(), this.renderIdleKeys()];
    if (!expiring && !idle) return nothing;
    return html`<section class="card overview-card" aria-labelledby="attention">
      <h2 id="attention">${strings.overview.attention}</h2>
      ${expiring ?? nothing} ${idle ?? nothing}
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
