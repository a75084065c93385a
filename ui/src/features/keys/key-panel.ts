/** The details of the selected key, with its actions. Emits `close-panel`. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { keyActions } from "../../commands/key";
import "../../components/copy-button";
import { icon } from "../../components/icons";
import { relativeTime } from "../../components/relative-time";
import { toastSpace } from "../../components/toast-space";
import type { Environment } from "../../host/types/Environment";
import type { Key } from "../../host/types/Key";
import type { LoggedRequest } from "../../host/types/LoggedRequest";
import { formatDateTime, formatTime } from "../../lib/format/date";
import { failedAfterAllow } from "../../stores/requests";
import { strings } from "../../strings";
import { describeDecision } from "../requests/decision-text";
import { keyStateBadge, permissionBadges } from "./key-badges";
import { isUsable } from "../../stores/key-state";
import { requestCounts } from "./request-counts";

@customElement("key-panel")
export class KeyPanel extends AppElement {
  @property({ attribute: false }) environment!: Environment;
  @property() keyId = "";
  /** The ids of the keys to focus if the row of this key leaves the list. */
  @property({ attribute: false }) rows: string[] = [];
  @property({ attribute: false }) now = 0;
  /** Whether it covers the list. */
  @property({ attribute: false }) isOverlay = false;

  private unwatch: (() => void) | undefined;

  protected override observed() {
    const { keys, keyRequests } = this.stores;
    return [keys, keyRequests];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.unwatch = this.stores.keyRequests.watch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unwatch?.();
  }

  /** Focuses the name, from which a screen reader continues. */
  async focusName(): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  }

  protected override updated(): void {
    const { keys, keyRequests } = this.stores;
    keys.request([this.keyId]);
    void keyRequests.show(this.environment.id, this.keyId);
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.emit("close-panel");
  }

  private renderFact(term: string, value: unknown) {
    return html`<div><dt>${term}</dt><dd>${value}</dd></div>`;
  }

  private renderFacts(key: Key) {
    const { details } = strings.keys;
    const { keys, session } = this.stores;
    const lastUse =
      key.lastUsedAt === null
        ? strings.keys.never
        : html`${relativeTime(key.lastUsedAt, this.now)}${key.lastClient === null
            ? nothing
            : strings.keys.fromClient(key.lastClient)}`;
    return html`<dl class="key-facts">
      ${this.renderFact(
        details.id,
        html`<span class="key-full-id mono">${key.prefix}_${key.id}</span
          ><copy-button .label=${strings.general.copy} .copy=${() => keys.copyId(key)}></copy-button>`,
      )}
      ${this.renderFact(strings.general.permissions, permissionBadges(key.permissions))}
      ${this.renderFact(details.created, relativeTime(key.createdAt, this.now))}
      ${isUsable(key) || key.endedAt === null
        ? nothing
        : this.renderFact(strings.keys.states[key.state], relativeTime(key.endedAt, this.now))}
      ${this.renderFact(strings.keys.columns.used, lastUse)}
      ${this.renderFact(details.requests, requestCounts(key))}
      ${this.renderFact(
        details.keychain,
        key.keychain ? details.saved(session.keychainName) : details.notSaved,
      )}
    </dl>`;
  }

  private renderActions(key: Key) {
    const isBusy = this.stores.keys.busy.has(key.id);
    const actions = keyActions(this.stores, key, this.environment, this.rows);
    if (actions.length === 0) return nothing;
    return html`<div class="key-actions" role="group" aria-label=${strings.general.actionsFor(key.name)}>
      ${actions.map(
        ({ label, danger, run }) => html`<button
          type="button"
          class="button small-button ${danger ? "danger-outline" : ""}"
          ?disabled=${isBusy}
          @click=${run}
        >
          ${label}
        </button>`,
      )}
    </div>`;
  }

  private renderRequest(request: LoggedRequest) {
    const isAllowed = request.allowed && !failedAfterAllow(request);
    const result = describeDecision(request);
    return html`<li>
      <time data-tooltip=${formatDateTime(request.at)} datetime=${new Date(request.at).toISOString()}
        >${formatTime(request.at)}</time
      >
      <span class="mono" data-tooltip="">${request.method} ${request.path}</span>
      <span class=${isAllowed ? "passed" : "refused"} role="img" aria-label=${result} data-tooltip=${result}
        >${icon(isAllowed ? "check" : request.allowed ? "warning" : "close")}</span
      >
    </li>`;
  }

  private renderRequests() {
    const { keyRequests } = this.stores;
    if (keyRequests.keyId !== this.keyId || keyRequests.rows === null) return nothing;
    const { rows } = keyRequests;
    return html`<section class="key-requests">
      <h3>${strings.decisions.title}</h3>
      ${rows.length === 0
        ? html`<p class="faint small">${strings.keys.details.noRequests}</p>`
        : html`<ol>${rows.map((request) => this.renderRequest(request))}</ol>`}
    </section>`;
  }

  protected override render() {
    const key = this.stores.keys.find(this.keyId);
    const label = this.isOverlay ? strings.keys.details.back : strings.keys.details.close;
    return html`<section
      class="key-panel"
      aria-label=${strings.keys.details.label}
      @keydown=${this.onKeyDown}
    >
      <header>
        ${this.isOverlay
          ? html`<button type="button" class="button small-button" @click=${() => this.emit("close-panel")}>
              ${label}
            </button>`
          : html`<button
              type="button"
              class="icon-button"
              aria-label=${label}
              data-tooltip=${label}
              @click=${() => this.emit("close-panel")}
            >
              ${icon("close")}
            </button>`}
      </header>
      ${key
        ? html`<h2 tabindex="-1"><bdi>${key.name}</bdi></h2>
            <p class="key-panel-state">${keyStateBadge(key.state)}</p>
            ${this.renderFacts(key)} ${this.renderActions(key)} ${this.renderRequests()}`
        : nothing}
      ${toastSpace()}
    </section>`;
  }
}
