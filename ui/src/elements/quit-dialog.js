/** Confirms quitting while the clipboard contains a copied key. */
import { html, nothing } from "lit";
import { strings } from "../strings.js";
import { failureBlock } from "./field.js";
import { ModalDialog } from "./modal-dialog.js";

class QuitDialog extends ModalDialog {
  async submitted() {
    // After the error that the clipboard could not be cleared, the user may still quit.
    const uncleared = this.failure?.code === "clear_failed";
    await this.attempt(() => this.state.host.quit({ confirmed: true, uncleared }));
  }

  render() {
    return this.frame({
      title: strings.quit.title,
      role: "alertdialog",
      submitted: () => void this.submitted(),
      body: html`<p>${strings.quit.about}</p>
        ${this.failure ? failureBlock(this.failure) : nothing}`,
      footer: html`<button type="button" class="button primary" autofocus @click=${this.leave} ?disabled=${this.busy}>
          ${strings.general.cancel}</button
        ><button class="button" ?disabled=${this.busy} data-busy=${this.busy}>
          ${this.failure?.code === "clear_failed" ? strings.quit.quitAnyway : strings.quit.quit}
        </button>`,
    });
  }
}

customElements.define("quit-dialog", QuitDialog);
