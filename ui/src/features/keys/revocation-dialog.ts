/** Confirms revoking a key; Rust requires its name in production. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { fieldError, formError, textField } from "../../components/field";
import { relativeTime } from "../../components/relative-time";
import { richText } from "../../components/rich-text";
import { withNames } from "../../components/user-name";
import { toCommandError } from "../../host/command-error";
import { ModalDialog } from "../../modal-dialog";
import { strings } from "../../strings";

/** The key to revoke, from the key list or from a notice. */
export interface RevocationSubject {
  keyId: string;
  name: string;
  /** Its project and environment. */
  path: string;
  isProduction: boolean;
}

@customElement("revocation-dialog")
export class RevocationDialog extends ModalDialog {
  @property({ attribute: false }) subject!: RevocationSubject;

  @state() private confirmation = "";

  private requiresName = false;

  private async revokeKey(): Promise<void> {
    const { keys, notices, toasts } = this.stores;
    const { subject, confirmation } = this;
    const revoked = await this.submit(() => keys.revoke(subject.keyId, confirmation === "" ? null : confirmation));
    if (!revoked) return;
    this.close();
    const { id, name } = revoked.value;
    toasts.show(strings.toasts.revoked(name), null, id);
    try {
      await notices.dismissKey(id);
    } catch (error) {
      toasts.error(toCommandError(error));
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.stores.keys.request([this.subject.keyId]);
  }

  private renderLastUse() {
    const key = this.stores.keys.find(this.subject.keyId);
    if (!key) return nothing;
    if (key.lastUsedAt === null) return html`<p>${strings.revocation.neverUsed}</p>`;
    return html`<p>${richText(strings.revocation.lastUsed, { time: relativeTime(key.lastUsedAt, Date.now()) })}</p>`;
  }

  protected override render() {
    const { name, path, isProduction } = this.subject;
    // Once Rust has required the name, the field is kept.
    this.requiresName ||= isProduction || this.error?.code === "name_required";
    const { requiresName } = this;
    const isConfirmed = !requiresName || this.confirmation.trim() === name;
    return this.renderDialog({
      title: withNames(strings.revocation.title, name),
      about: path,
      role: "alertdialog",
      onSubmit: () => void this.revokeKey(),
      body: html`<p>${strings.revocation.about}</p>
        ${this.renderLastUse()}
        ${requiresName
          ? textField({
              id: "revocation-confirmation",
              label: withNames(strings.general.typeToConfirm, name),
              value: this.confirmation,
              onInput: (confirmation) => (this.confirmation = confirmation),
              error: fieldError(this.error, ["confirmation"]),
              autofocus: true,
            })
          : nothing}
        ${formError(this.error, requiresName ? ["confirmation"] : [])}`,
      footer: html`${this.cancelButton()}<button
          class="button destructive"
          ?disabled=${this.isBusy || !isConfirmed}
          data-busy=${this.isBusy}
        >
          ${strings.revocation.revokeKey}
        </button>`,
    });
  }
}
