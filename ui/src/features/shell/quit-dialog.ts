/** Confirms quitting while the clipboard contains a copied key, or while gateways or the HTTP service are in use. */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { errorBanner } from "../../components/field";
import { richText } from "../../components/rich-text";
import type { ServingGateway } from "../../host/types/ServingGateway";
import { ModalDialog } from "../../modal-dialog";
import { strings } from "../../strings";

@customElement("quit-dialog")
export class QuitDialog extends ModalDialog {
  /** After the error that the clipboard could not be cleared, the user may still quit. */
  private get clearingFailed(): boolean {
    return this.error?.code === "clear_failed";
  }

  private async quit(): Promise<void> {
    const uncleared = this.clearingFailed;
    await this.submit(() => this.stores.host.quit({ confirmed: true, uncleared }));
  }

  override close(): void {
    if (this.dialog?.open) this.dialog.close();
    this.stores.dialogs.cancelQuit();
  }

  private renderServers(gateways: ServingGateway[], httpService: string | null) {
    if (gateways.length === 0 && httpService === null) return nothing;
    return html`<p>${strings.quit.serversAbout}</p>
      <ul class="quit-gateways">
        ${httpService === null
          ? nothing
          : html`<li>${richText(strings.quit.httpService, { address: html`<code>${httpService}</code>` })}</li>`}
        ${gateways.map(
          ({ projectName, environmentName, address }) => html`<li>
            ${richText(strings.quit.gateway, {
              path: html`<b>${strings.general.environmentPath(projectName, environmentName)}</b>`,
              address: html`<code>${address}</code>`,
            })}
          </li>`,
        )}
      </ul>`;
  }

  protected override render() {
    const request = this.stores.dialogs.quitting ?? { clearsClipboard: false, gateways: [], httpService: null };
    const { clearsClipboard, gateways, httpService } = request;
    return this.renderDialog({
      title: strings.quit.title(clearsClipboard, gateways.length, httpService !== null),
      role: "alertdialog",
      onSubmit: () => void this.quit(),
      body: html`${clearsClipboard ? html`<p>${strings.quit.clipboardAbout}</p>` : nothing}
        ${this.renderServers(gateways, httpService)} ${this.error ? errorBanner(this.error) : nothing}`,
      footer: html`<button type="button" class="button" autofocus @click=${() => this.close()} ?disabled=${this.isBusy}>
          ${strings.general.cancel}</button
        ><button class="button primary" ?disabled=${this.isBusy} data-busy=${this.isBusy}>
          ${this.clearingFailed ? strings.quit.quitAnyway : strings.quit.quit}
        </button>`,
    });
  }
}
