/** Asks before a key leaves the system keychain: that may be the only place it can still be had from. */
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

  /** The keychain may take its time, so it is waited for in the key's row and not here. */
  submitted() {
    this.leave();
    this.emit("keychain-removal-confirmed", this.key);
  }

  render() {
    const { name } = this.key;
    const keychain = this.state.started?.keychainName ?? strings.common.theSystemKeychain;
    return this.frame({
      title: strings.keychainRemoval.title(name, keychain),
      role: "alertdialog",
      submitted: () => this.submitted(),
      body: html`<p>${strings.keychainRemoval.about}</p>`,
      footer: html`<button type="button" class="button" autofocus @click=${this.leave}>${strings.common.cancel}</button
        ><button class="button destructive">${strings.keys.removeFromKeychain}</button>`,
    });
  }
}

customElements.define("keychain-removal-dialog", KeychainRemovalDialog);
