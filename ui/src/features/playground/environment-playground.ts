/**
 * The Playground tab: a request through the environment's gateway, its response, and the recent requests. Offers to
 * start the gateway while it is stopped.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { icon } from "../../components/icons";
import { type CommandError, formatError, toCommandError } from "../../host/command-error";
import type { Environment } from "../../host/types/Environment";
import { gatewayHref } from "../../routes";
import { strings } from "../../strings";
import "../requests/decision-list";
import "./request-form";
import "./response-view";

@customElement("environment-playground")
export class EnvironmentPlayground extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  /** Why the gateway did not start. */
  @state() private error: CommandError | null = null;

  protected override observed() {
    return [this.stores.gateways];
  }

  private async startGateway(): Promise<void> {
    this.error = null;
    try {
      await this.stores.gateways.start(this.environment.id);
    } catch (error) {
      this.error = toCommandError(error);
    }
    await this.updateComplete;
    // The pressed button may be gone.
    if (document.activeElement === document.body) {
      this.querySelector<HTMLElement>(".gateway-stopped :is(a, button), [data-first], #request-path")?.focus();
    }
  }

  /** Why the gateway cannot start, if that can only be fixed in the Gateway tab; otherwise null. */
  private get obstacle(): string | null {
    const { gateways } = this.stores;
    const { id, endpoint } = this.environment;
    const gateway = gateways.byEnvironment.get(id);
    if (gateways.busy.has(id) || !gateway) return null;
    if (gateway.conflict) return strings.gateway.portInUse(gateway.conflict.port, gateway.conflict.owner);
    return gateway.sample || endpoint !== null ? null : strings.playground.notSetUp;
  }

  private renderStartButton() {
    const isStarting = this.stores.gateways.busy.has(this.environment.id);
    return html`<button
      type="button"
      class="button small-button"
      data-busy=${isStarting}
      aria-disabled=${isStarting ? "true" : nothing}
      @click=${this.startGateway}
    >
      ${strings.general.startGateway}
    </button>`;
  }

  private renderStopped() {
    const { id, name, projectId } = this.environment;
    const { obstacle, error } = this;
    const link = html`<a class="text-link" href=${gatewayHref(projectId, id)}>${strings.playground.setUp}</a>`;
    return html`<div class="gateway-stopped" role="status">
      ${icon("warning")}
      <p>
        ${strings.playground.stopped(name)}
        ${obstacle ?? (error ? formatError(error) : nothing)}
      </p>
      ${obstacle || error ? link : nothing} ${obstacle ? nothing : this.renderStartButton()}
    </div>`;
  }

  protected override render() {
    const { environment } = this;
    const { gateways } = this.stores;
    const runningAddress = gateways.running.get(environment.id);
    const address = runningAddress ?? gateways.byEnvironment.get(environment.id)?.address ?? "";
    return html`${runningAddress === undefined ? this.renderStopped() : nothing}
      <div class="playground">
        <div class="playground-request">
          <request-form
            .environment=${environment}
            .address=${address}
            .isReady=${runningAddress !== undefined}
          ></request-form>
          <response-view></response-view>
        </div>
        <decision-list .environment=${environment}></decision-list>
      </div>`;
  }
}
