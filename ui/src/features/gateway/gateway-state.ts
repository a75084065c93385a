/** The state and address of an environment's gateway. If its port is in use, suggests another one. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { statusDot } from "../../components/badge";
import "../../components/copy-icon-button";
import { errorBanner } from "../../components/field";
import { type CommandError, toCommandError } from "../../host/command-error";
import type { Gateway } from "../../host/types/Gateway";
import { restoreFocus } from "../../lib/focus";
import { gatewayUrl, portConflictMessage } from "../../stores/gateways";
import { strings } from "../../strings";
import { portConflict } from "./port-conflict";

@customElement("gateway-state")
export class GatewayState extends AppElement {
  @property({ attribute: false }) gateway!: Gateway;

  @state() private error: CommandError | null = null;

  protected override observed() {
    return [this.stores.gateways];
  }

  /** Starts the gateway on another port than the one that is in use. */
  private async start(port: number): Promise<void> {
    this.error = null;
    try {
      await this.stores.gateways.start(this.gateway.environmentId, port);
    } catch (error) {
      this.error = toCommandError(error);
    }
    await this.updateComplete;
    restoreFocus(document); // the pressed button may be gone
  }

  private renderConflict() {
    const { conflict, environmentId } = this.gateway;
    if (!conflict) return nothing;
    return portConflict({
      conflict,
      message: portConflictMessage(conflict),
      isBusy: this.stores.gateways.busy.has(environmentId),
      onUse: (port) => void this.start(port),
    });
  }

  private renderAddress() {
    const url = gatewayUrl(this.gateway);
    if (url === "") {
      const hasUpstream = this.stores.gateways.hasUpstream(this.gateway.environmentId);
      const about = hasUpstream ? strings.gateway.firstStartAbout : strings.gateway.endpointMissing;
      return html`<p class="small muted">${about}</p>`;
    }
    const copy = () => this.stores.host.copyText({ text: url });
    return html`<p class="gateway-address">
      <code>${url}</code><copy-icon-button .label=${strings.gateway.copyAddress} .copy=${copy}></copy-icon-button>
    </p>`;
  }

  protected override render() {
    const { running } = this.gateway;
    return html`<div class="gateway-state">
        <p class="gateway-label">
          ${statusDot(running)}<b>${running ? strings.gateway.running : strings.gateway.stopped}</b>
        </p>
        <div class="gateway-line">${this.renderAddress()}</div>
      </div>
      ${this.renderConflict()} ${this.error ? errorBanner(this.error) : nothing}`;
  }
}
