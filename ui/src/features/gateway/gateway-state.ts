/**
 * The state and address of an environment's gateway, with the button that starts or stops it. If its port is in use,
 * suggests another one.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { statusDot } from "../../components/badge";
import { errorBanner } from "../../components/field";
import { icon } from "../../components/icons";
import { type CommandError, toCommandError } from "../../host/command-error";
import type { Gateway } from "../../host/types/Gateway";
import { portConflictMessage } from "../../stores/gateways";
import { strings } from "../../strings";

@customElement("gateway-state")
export class GatewayState extends AppElement {
  @property({ attribute: false }) gateway!: Gateway;

  @state() private error: CommandError | null = null;

  protected override observed() {
    return [this.stores.gateways];
  }

  /** `port` replaces a port that is in use. */
  private start(port: number | null = null): Promise<void> {
    return this.run(() => this.stores.gateways.start(this.gateway.environmentId, port));
  }

  private stop(): Promise<void> {
    return this.run(() => this.stores.gateways.stop(this.gateway.environmentId));
  }

  private async run(command: () => Promise<unknown>): Promise<void> {
    this.error = null;
    try {
      await command();
    } catch (error) {
      this.error = toCommandError(error);
    }
    await this.updateComplete;
    // The pressed button may be gone.
    if (document.activeElement === document.body) {
      this.querySelector<HTMLElement>(".gateway-power")?.focus({ preventScroll: true });
    }
  }

  private get isBusy(): boolean {
    return this.stores.gateways.busy.has(this.gateway.environmentId);
  }

  private get hasUpstream(): boolean {
    return this.gateway.sample || this.gateway.endpoint !== null;
  }

  private get about(): string {
    const { running, address } = this.gateway;
    if (running) return strings.gateway.runningAbout;
    if (!this.hasUpstream) return strings.gateway.endpointMissing;
    return address === null ? strings.gateway.firstStartAbout : strings.gateway.stoppedAbout;
  }

  private renderConflict() {
    const { conflict } = this.gateway;
    if (!conflict) return nothing;
    return html`<div class="notice" role="alert">
      ${icon("warning")}
      <p>${portConflictMessage(conflict)}</p>
      ${conflict.suggestion === null ? nothing : this.renderPortButton(conflict.suggestion)}
    </div>`;
  }

  private renderPortButton(port: number) {
    return html`<button
      type="button"
      class="button small-button"
      ?disabled=${this.isBusy}
      @click=${() => this.start(port)}
    >
      ${strings.gateway.usePort(port)}
    </button>`;
  }

  private renderButton() {
    const { isBusy } = this;
    if (this.gateway.running) {
      return html`<button
        type="button"
        class="button gateway-power"
        ?disabled=${isBusy}
        data-busy=${isBusy}
        @click=${this.stop}
      >
        ${strings.gateway.stop}
      </button>`;
    }
    return html`<button
      type="button"
      class="button primary gateway-power"
      ?disabled=${isBusy || !this.hasUpstream}
      data-busy=${isBusy}
      aria-describedby="gateway-about"
      @click=${() => this.start()}
    >
      ${strings.general.startGateway}
    </button>`;
  }

  protected override render() {
    const { running, address } = this.gateway;
    const label = running ? strings.gateway.running : strings.gateway.stopped;
    return html`<div class="gateway-state">
        ${statusDot(running)}
        <div class="gateway-words">
          <p><b>${label}</b>${address === null ? nothing : html` <code>${address}</code>`}</p>
          <p class="muted small" id="gateway-about">${this.about}</p>
        </div>
        ${this.renderButton()}
      </div>
      ${this.renderConflict()} ${this.error ? errorBanner(this.error) : nothing}`;
  }
}
