/** Confirms removing a key from the system keychain, because that may be its only copy. */
import { html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { withNames } from "../../components/user-name";
import { toCommandError } from "../../host/command-error";
import type { Key } from "../../host/types/Key";
import { ModalDialog } from "../../modal-dialog";
import { strings } from "../../strings";
import { keychainRemoval } from "../../strings/key-dialogs";

@customElement("keychain-removal-dialog")
export class KeychainRemovalDialog extends ModalDialog {
  @property({ attribute: false }) key!: Key;

  /** Closes before the removal, because the keychain may be slow; the key's row shows the progress. */
  private async removeKey(): Promise<void> {
    const { keys, session, toasts } = this.stores;
    const { key } = this;
    this.close();
    try {
      await keys.removeFromKeychain(key);
      toasts.show(strings.toasts.removedFromKeychain(key.name, session.keychainName));
    } catch (error) {
      toasts.error(toCommandError(error));
    }
  }

  protected override render() {
    return this.renderDialog({
      title: withNames(keychainRemoval.title, this.key.name, this.stores.session.keychainName),
      role: "alertdialog",
      onSubmit: () => void this.removeKey(),
      body: html`<p>${keychainRemoval.about}</p>`,
      footer: html`<button type="button" class="button" autofocus @click=${this.close}>${strings.general.cancel}</button
        ><button class="button destructive">${strings.keys.removeFromKeychain}</button>`,
    });
  }
}
