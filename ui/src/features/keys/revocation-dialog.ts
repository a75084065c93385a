/** Confirms revoking a key; Rust requires its name in production. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { relativeTime } from "../../components/relative-time";
import { richText } from "../../components/rich-text";
import { withNames } from "../../components/user-name";
import { DestructiveDialog } from "../../destructive-dialog";
import { toCommandError } from "../../host/command-error";
import type { Store } from "../../lib/store";
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
export class RevocationDialog extends DestructiveDialog {
  @property({ attribute: false }) subject!: RevocationSubject;

  protected override observed(): Store[] {
    return [this.stores.keys];
  }

  private async revokeKey(): Promise<void> {
    const { keys, notices, toasts } = this.stores;
    const { subject, confirmation } = this;
    const revoked = await this.submit(() => keys.revoke(subject.keyId, confirmation));
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
    return this.renderDestructive({
      title: withNames(strings.revocation.title, name),
      about: path,
      body: html`<p>${strings.revocation.about}</p>
        ${this.renderLastUse()}`,
      name,
      requiresName: isProduction,
      action: strings.revocation.revokeKey,
      onConfirm: () => void this.revokeKey(),
    });
  }
}
