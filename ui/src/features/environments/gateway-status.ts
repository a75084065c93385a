/** Whether the gateway of an environment runs, its URL, and the button that starts or stops it. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { startGateway, stopGateway } from "../../commands/gateway";
import { statusDot } from "../../components/badge";
import "../../components/copy-icon-button";
import type { Environment } from "../../host/types/Environment";
import type { Store } from "../../lib/store";
import { strings } from "../../strings";

@customElement("gateway-status")
export class GatewayStatus extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  protected override observed(): Store[] {
    return [this.stores.gateways];
  }

  /** The focus stays on the button that was pressed, which may have been replaced. */
  private async run(command: () => Promise<void>): Promise<void> {
    await command();
    await this.updateComplete;
    if (document.activeElement === document.body) {
      this.querySelector<HTMLElement>(".gateway-power")?.focus({ preventScroll: true });
    }
  }

  private renderPower(isRunning: boolean) {
    const { stores, environment } = this;
    const isBusy = stores.gateways.busy.has(environment.id);
    const command = isRunning ? stopGateway : startGateway;
    return html`<button
      type="button"
      class="button small-button gateway-power"
      aria-disabled=${isBusy ? "true" : nothing}
      data-busy=${isBusy}
      @click=${() => void (isBusy || this.run(() => command(stores, environment)))}
    >
      <span class="copy-label" data-label=${strings.general.startGateway}
        >${isRunning ? strings.gateway.stop : strings.general.startGateway}</span
      >
    </button>`;
  }

  private renderState(isRunning: boolean, address: string | null) {
    const { host } = this.stores;
    const { id } = this.environment;
    if (!isRunning || address === null) {
      return html`<span class="gateway-status-text faint"
        >${statusDot(false)}${strings.environment.gatewayStopped}</span
      >`;
    }
    const url = strings.environment.gatewayUrl(address);
    return html`<span class="gateway-status-text"
        >${statusDot(true)}<span class="visually-hidden">${strings.environment.gatewayOn("")}</span
        ><code>${url}</code></span
      ><copy-icon-button
        .label=${strings.environment.copyGatewayUrl}
        .copy=${() => host.copyEnvironmentDetail({ environmentId: id, detail: "gatewayUrl" })}
      ></copy-icon-button>`;
  }

  protected override render() {
    const { gateways } = this.stores;
    const { id } = this.environment;
    const running = gateways.running.get(id);
    const gateway = gateways.byEnvironment.get(id);
    if (!gateway && running === undefined) return nothing;
    return html`${this.renderState(running !== undefined, running ?? null)}${this.renderPower(running !== undefined)}`;
  }
}
