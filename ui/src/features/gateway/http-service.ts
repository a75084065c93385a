/** The state and address of the HTTP service. If its port is in use, suggests another one. */
import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { statusDot } from "../../components/badge";
import "../../components/copy-icon-button";
import { errorBanner } from "../../components/field";
import { richText } from "../../components/rich-text";
import { type CommandError, toCommandError } from "../../host/command-error";
import { restoreFocus } from "../../lib/focus";
import { portConflictMessage } from "../../stores/gateways";
import { strings } from "../../strings";
import { portConflict } from "./port-conflict";

@customElement("http-service")
export class HttpServiceLine extends AppElement {
  @state() private error: CommandError | null = null;

  protected override observed() {
    return [this.stores.httpService];
  }

  private async run(change: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await change();
    } catch (error) {
      this.error = toCommandError(error);
    }
    await this.updateComplete;
    restoreFocus(document); // the pressed button may be gone
  }

  private renderButton(isRunning: boolean) {
    const { httpService } = this.stores;
    const { isBusy } = httpService;
    return html`<button
      type="button"
      class="button"
      ?disabled=${isBusy}
      data-busy=${isBusy}
      @click=${() => this.run(() => (isRunning ? httpService.stop() : httpService.start()))}
    >
      ${isRunning ? strings.httpService.stop : strings.httpService.start}
    </button>`;
  }

  protected override render() {
    const { host, httpService } = this.stores;
    const { state: service, isBusy } = httpService;
    if (!service) return nothing;
    const { running, address, conflict } = service;
    const url = strings.httpService.url(address);
    const label = running ? strings.httpService.running : strings.httpService.stopped;
    const parts = { service: html`<b>${strings.httpService.title}</b>`, url: html`<code>${url}</code>` };
    return html`<div class="http-service">
        <p class="http-service-state" role="status">
          ${statusDot(running)}<span>${richText(label, parts)}</span>
        </p>
        ${running
          ? html`<copy-icon-button
              .label=${strings.gateway.copyAddress}
              .copy=${() => host.copyText({ text: url })}
            ></copy-icon-button>`
          : nothing}
        <span class="spacer"></span>
        ${this.renderButton(running)}
      </div>
      ${conflict
        ? portConflict({
            conflict,
            message: portConflictMessage(conflict, strings.httpService.stopProgram),
            isBusy,
            onUse: (port) => void this.run(() => httpService.start(port)),
          })
        : nothing}
      ${this.error ? errorBanner(this.error) : nothing}`;
  }
}
