/** Sets a new expiry of a key. */
import { html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { editKey } from "../../commands/key-edit";
import { fieldError, formError } from "../../components/field";
import { withNames } from "../../components/user-name";
import type { Environment } from "../../host/types/Environment";
import type { Key } from "../../host/types/Key";
import { formatMinute } from "../../lib/format/date";
import { ModalDialog } from "../../modal-dialog";
import { strings } from "../../strings";
import { keyEditor } from "../../strings/key-details";
import { chosenExpiry, type ExpiryDraft, extensionChoice } from "./expiry-choices";
import { expiryField } from "./expiry-field";
import { invalidDate } from "./key-fields";

@customElement("extend-key-dialog")
export class ExtendKeyDialog extends ModalDialog {
  @property({ attribute: false }) key!: Key;
  @property({ attribute: false }) environment!: Environment;

  @state() private draft!: ExpiryDraft;

  /** An element that was loaded after it was inserted has no properties before. */
  protected override willUpdate(): void {
    if (!this.hasUpdated) this.draft = { choice: extensionChoice(this.environment), date: "" };
  }

  protected override focusFirst(): void {
    this.querySelector<HTMLInputElement>("input:checked")?.focus();
  }

  private async extend(): Promise<void> {
    const { stores, key, draft } = this;
    const saved = await this.submit(async () => {
      const expiry = chosenExpiry(draft);
      if (!expiry) throw invalidDate();
      await editKey(stores, key, { expiry });
    });
    if (saved) this.close();
  }

  private change(draft: ExpiryDraft): void {
    this.draft = draft;
    this.error = null;
  }

  protected override render() {
    const { environment, key, draft, error } = this;
    return this.renderDialog({
      title: withNames(keyEditor.extendTitle, key.name),
      about:
        key.expiresAt === null ? strings.keys.neverExpires : strings.keys.expiresOn(formatMinute(key.expiresAt)),
      onSubmit: () => void this.extend(),
      body: html`${expiryField({
        environment,
        draft,
        onChange: (changed) => this.change(changed),
        error: fieldError(error, ["expiry"]),
      })}
      ${formError(error, ["expiry"])}`,
      footer: html`${this.cancelButton()}<button
          class="button primary"
          ?disabled=${this.isBusy}
          data-busy=${this.isBusy}
        >
          ${keyEditor.extend}
        </button>`,
    });
  }
}
