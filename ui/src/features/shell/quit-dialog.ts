/** Confirms quitting while the clipboard contains a copied key. */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { errorBanner } from "../../components/field";
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

  protected override render() {
    return this.renderDialog({
      title: strings.quit.title,
      role: "alertdialog",
      onSubmit: () => void this.quit(),
      body: html`<p>${strings.quit.about}</p>
        ${this.error ? errorBanner(this.error) : nothing}`,
      footer: html`<button
          type="button"
          class="button primary"
          autofocus
          @click=${() => this.close()}
          ?disabled=${this.isBusy}
        >
          ${strings.general.cancel}</button
        ><button class="button" ?disabled=${this.isBusy} data-busy=${this.isBusy}>
          ${this.clearingFailed ? strings.quit.quitAnyway : strings.quit.quit}
        </button>`,
    });
  }
}
