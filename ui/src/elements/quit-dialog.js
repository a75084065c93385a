/** Asked by Rust when the window is about to end while the clipboard holds a copied key. */
import { html } from "lit";
import { ModalDialog } from "./modal-dialog.js";

class QuitDialog extends ModalDialog {
  async submitted() {
    await this.attempt(() => this.state.quit(true));
  }

  render() {
    return this.frame({
      title: "Quitting clears the copied key",
      role: "alertdialog",
      submitted: () => void this.submitted(),
      body: html`<p>The clipboard still holds an API key. Paste it where it belongs before you quit.</p>`,
      footer: html`<button type="button" class="button primary" autofocus @click=${this.leave} ?disabled=${this.busy}>
          Stay</button
        ><button class="button" ?disabled=${this.busy} data-busy=${this.busy}>Quit</button>`,
    });
  }
}

customElements.define("quit-dialog", QuitDialog);
