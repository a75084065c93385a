/**
 * The Playground tab: a request through the environment's gateway, its response, and earlier requests. While the gateway
 * is stopped, it offers what is needed to start it.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { startWithSample } from "../../commands/upstream";
import { icon } from "../../components/icons";
import { withNames } from "../../components/user-name";
import { type CommandError, formatError, toCommandError } from "../../host/command-error";
import type { Environment } from "../../host/types/Environment";
import { gatewayHref } from "../../routes";
import { gatewayUrl } from "../../stores/gateways";
import { strings } from "../../strings";
import { playgroundTab } from "../../strings/playground";
import "./request-form";
import "./request-history";
import "./response-view";

@customElement("environment-playground")
export class EnvironmentPlayground extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  /** Why the gateway did not start. */
  @state() private error: CommandError | null = null;

  protected override observed() {
    return [this.stores.gateways];
  }

  private async run(start: () => Promise<unknown>): Promise<void> {
    if (this.isStarting) return;
    this.error = null;
    try {
      await start();
    } catch (error) {
      this.error = toCommandError(error);
    }
    await this.updateComplete;
    // The pressed button may be gone.
    if (document.activeElement !== document.body) return;
    this.querySelector<HTMLElement>(".gateway-stopped :is(button, a), [data-first], #request-path")?.focus();
  }

  private get isStarting(): boolean {
    return this.stores.gateways.busy.has(this.environment.id);
  }

  private renderButton(label: string, run: () => Promise<unknown>) {
    const { isStarting } = this;
    return html`<button
      type="button"
      class="button small-button"
      data-first
      data-busy=${isStarting}
      aria-disabled=${isStarting ? "true" : nothing}
      @click=${() => this.run(run)}
    >
      ${label}
    </button>`;
  }

  private renderStopped() {
    const { environment, error, stores } = this;
    const { id, name, projectId, endpoint } = environment;
    const gateway = stores.gateways.byEnvironment.get(id);
    const hasUpstream = gateway?.sample || endpoint !== null;
    const conflict = this.isStarting ? null : gateway?.conflict;
    const reason = conflict
      ? strings.gateway.portInUse(conflict.port, conflict.owner)
      : hasUpstream
        ? ""
        : playgroundTab.notSetUp;
    // What is missing is known only once the gateway was read.
    if (!gateway && !error) {
      const about = withNames(playgroundTab.stopped, name);
      return html`<div class="gateway-stopped">${icon("warning")}<p>${about}</p></div>`;
    }
    const label = hasUpstream ? playgroundTab.openGateway : strings.general.setEndpoint;
    const link = html`<a class="text-link" href=${gatewayHref(projectId, id)}>${label}</a>`;
    return html`<div class="gateway-stopped" role="status">
      ${icon("warning")}
      <p>${withNames(playgroundTab.stopped, name)} ${reason} ${error ? formatError(error) : nothing}</p>
      ${!hasUpstream || conflict || error ? link : nothing}
      ${hasUpstream
        ? this.renderButton(strings.general.startGateway, () => stores.gateways.start(id))
        : this.renderButton(playgroundTab.useSampleAndStart, () => startWithSample(stores, environment))}
    </div>`;
  }

  protected override render() {
    const { environment } = this;
    const { gateways } = this.stores;
    const gateway = gateways.byEnvironment.get(environment.id);
    const isRunning = gateways.running.has(environment.id);
    return html`${isRunning ? nothing : this.renderStopped()}
      <div class="playground">
        <request-form
          .environment=${environment}
          .address=${gatewayUrl(gateway)}
          .hasPresets=${gateway?.sample ?? false}
          .isReady=${isRunning}
        ></request-form>
        <response-view .environment=${environment}></response-view>
        <request-history></request-history>
      </div>`;
  }
}
