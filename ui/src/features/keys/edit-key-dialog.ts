/** Edits a key: its name, permissions, expiry, owner, tags and note. */
import { html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { editKey } from "../../commands/key-edit";
import { fieldError, formError } from "../../components/field";
import { withNames } from "../../components/user-name";
import type { Environment } from "../../host/types/Environment";
import type { Key } from "../../host/types/Key";
import { ModalDialog } from "../../modal-dialog";
import { strings } from "../../strings";
import { keyEditor } from "../../strings/key-details";
import { expiryField } from "./expiry-field";
import { draftChanges, draftOf, type KeyDraft } from "./key-draft";
import { detailFields, invalidDate, KEY_FIELDS, nameField, permissionFields } from "./key-fields";

@customElement("edit-key-dialog")
export class EditKeyDialog extends ModalDialog {
  @property({ attribute: false }) key!: Key;
  @property({ attribute: false }) environment!: Environment;

  @state() private draft!: KeyDraft;

  /** An element that was loaded after it was inserted has no properties before. */
  protected override willUpdate(): void {
    if (!this.hasUpdated) this.draft = draftOf(this.key);
  }

  private async save(): Promise<void> {
    const { stores, key, draft } = this;
    const saved = await this.submit(async () => {
      const changes = draftChanges(key, draft);
      if (!changes) throw invalidDate();
      await editKey(stores, key, changes);
    });
    if (saved) this.close();
  }

  private change(changes: Partial<KeyDraft>): void {
    this.draft = { ...this.draft, ...changes };
    if (changes.expiry && this.error?.field === "expiry") this.error = null;
  }

  protected override render() {
    const { environment, key, draft, error } = this;
    const fields = { draft, error, onChange: (changes: Partial<KeyDraft>) => this.change(changes) };
    return this.renderDialog({
      title: withNames(keyEditor.title, key.name),
      about: withNames(strings.general.environmentPath, environment.projectName, environment.name),
      onSubmit: () => void this.save(),
      body: html`${nameField(fields)} ${permissionFields(fields)}
      ${expiryField({
        environment,
        draft: draft.expiry,
        onChange: (expiry) => this.change({ expiry }),
        error: fieldError(error, ["expiry"]),
        current: key.expiresAt,
      })}
      ${detailFields(fields)} ${formError(error, KEY_FIELDS)}`,
      footer: html`${this.cancelButton()}<button
          class="button primary"
          ?disabled=${this.isBusy}
          data-busy=${this.isBusy}
        >
          ${strings.general.save}
        </button>`,
    });
  }
}
