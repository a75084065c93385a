/** Confirms removing a key from the system keychain, because that may be its only copy. */
import { html } from "lit";
import { strings } from "../strings.js";
import { ModalDialog } from "./modal-dialog.js";

class KeychainRemovalDialog extends ModalDialog {
  static properties = { key: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../types/Key").Key} */
    this.key = /** @type {any} */ (undefined);
  }

  /** Closes before the removal, because the keychain may be slow; the key's row shows the progress. */
  submitted() {
    this.leave();
    this.emit("keychain-removal-confirmed", this.key);
  }

  render() {
    const { name } = this.key;
    const keychain = this.state.started?.keychainName ?? strings.general.theSystemKeychain;
    return this.frame({
      title: strings.keychainRemoval.title(name, keychain),
      role: "alertdialog",
      submitted: () => this.submitted(),
      body: html`<p>${strings.keychainRemoval.about}</p>`,
      footer: html`<button type="button" class="button" autofocus @click=${this.leave}>${strings.general.cancel}</button
        ><button class="button destructive">${strings.keys.removeFromKeychain}</button>`,
    });
  }
}

customElements.define("keychain-removal-dialog", KeychainRemovalDialog);
