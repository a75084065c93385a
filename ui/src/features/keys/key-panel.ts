/** The details of the selected key, with its actions. Emits `close-panel`. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { type KeyButton, keyButtons, keyContext } from "../../commands/key";
import "../../components/action-menu";
import type { ActionMenu } from "../../components/action-menu";
import { icon } from "../../components/icons";
import { toastSpace } from "../../components/toast-space";
import type { Environment } from "../../host/types/Environment";
import type { Key } from "../../host/types/Key";
import type { LoggedRequest } from "../../host/types/LoggedRequest";
import { formatDateTime, formatSince, formatTime } from "../../lib/format/date";
import { failedAfterAllow } from "../../stores/requests";
import { strings } from "../../strings";
import { keyDetails } from "../../strings/key-details";
import { describeDecision } from "../requests/decision-text";
import { deniedClients } from "./denied-clients";
import { expiryBadge, keyStateBadge, oldSecretBadge } from "./key-badges";
import { keyFacts } from "./key-facts";
import "./key-history";
import { pauseEnd } from "../../stores/key-state";
import "./rotation/old-secret-section";

/** The requests that are listed. */
const MAX_LISTED = 5;

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

  private get menu(): ActionMenu | null {
    return this.querySelector<ActionMenu>("action-menu");
  }

  private renderButton({ label, danger, run, choices }: KeyButton, isBusy: boolean) {
    const onClick = (event: Event) => {
      if (choices) void this.menu?.toggle(event.currentTarget as HTMLElement, keyDetails.pauses, choices);
      else run?.();
    };
    return html`<button
      type="button"
      class="button small-button ${danger ? "danger-outline" : ""}"
      aria-haspopup=${choices ? "menu" : nothing}
      aria-expanded=${choices ? "false" : nothing}
      ?disabled=${isBusy}
      @click=${onClick}
    >
      ${label}
    </button>`;
  }

  private renderActions(key: Key) {
    const isBusy = this.stores.keys.busy.has(key.id);
    const buttons = keyButtons(keyContext(this.stores, key, this.environment, this.rows));
    if (buttons.length === 0) return nothing;
    return html`<div class="key-actions" role="group" aria-label=${strings.general.actionsFor(key.name)}>
      ${buttons.map((button) => this.renderButton(button, isBusy))}
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
        ? html`<p class="faint small">${keyDetails.noRequests}</p>`
        : html`<ol>${rows.slice(0, MAX_LISTED).map((request) => this.renderRequest(request))}</ol>`}
    </section>`;
  }

  private renderState(key: Key) {
    const pause = pauseEnd(key);
    return html`<p class="key-panel-state">
      ${keyStateBadge(key.state)}${pause === null
        ? nothing
        : html`<span class="muted small">${strings.keys.until(formatSince(pause, this.now))}</span>`}${expiryBadge(
        key,
        this.now,
      )}${oldSecretBadge(key, this.now)}
    </p>`;
  }

  private renderDenied(key: Key) {
    const { keyRequests } = this.stores;
    if (key.state !== "disabled" || keyRequests.keyId !== key.id || keyRequests.rows === null) return nothing;
    return deniedClients(keyRequests.rows, this.now);
  }

  protected override render() {
    const key = this.stores.keys.find(this.keyId);
    const label = this.isOverlay ? keyDetails.back : keyDetails.close;
    return html`<section
      class="key-panel"
      aria-label=${keyDetails.label}
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
            ${this.renderState(key)} ${this.renderActions(key)}
            ${keyFacts(this.stores, key, this.environment, this.now)}
            <old-secret-section .key=${key} .now=${this.now}></old-secret-section>
            ${this.renderDenied(key)} ${this.renderRequests()}
            <key-history .key=${key}></key-history>
            <action-menu></action-menu>`
        : nothing}
      ${toastSpace()}
    </section>`;
  }
}
