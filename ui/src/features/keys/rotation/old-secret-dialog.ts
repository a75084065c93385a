/** Confirms ending the old secret of a rotated key, and says whether that is safe. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { icon } from "../../../components/icons";
import { relativeTime } from "../../../components/relative-time";
import { richText } from "../../../components/rich-text";
import { withNames } from "../../../components/user-name";
import { DestructiveDialog } from "../../../destructive-dialog";
import type { Key } from "../../../host/types/Key";
import { restoreFocus } from "../../../lib/focus";
import { oldSecret } from "../../../strings/key-details";
import { type OldSecretUse, oldSecretUse } from "./old-secret-use";

@customElement("old-secret-dialog")
export class OldSecretDialog extends DestructiveDialog {
  @property({ attribute: false }) key!: Key;

  /** Null until it was read, or if it cannot be read. */
  @state() private use: OldSecretUse | null = null;

  protected override firstUpdated(): void {
    super.firstUpdated();
    void this.readUse();
  }

  private async readUse(): Promise<void> {
    try {
      this.use = oldSecretUse(await this.stores.host.keySecrets({ keyId: this.key.id }));
    } catch {
      // It can be ended without knowing its use.
    }
  }

  private async endOldSecret(): Promise<void> {
    const { host, keys, toasts } = this.stores;
    const ended = await this.submit(() => host.endOldSecret({ keyId: this.key.id }));
    if (!ended) return;
    await keys.replace(ended.value);
    this.close();
    toasts.show(oldSecret.ended(ended.value.name), null, ended.value.id);
    restoreFocus(document, [this.key.id]);
  }

  private renderUse() {
    const { use } = this;
    if (!use) return nothing;
    if (use.lastUsedAt === null) {
      return html`<p class="unused-secret">${icon("check")}<span>${oldSecret.unusedIsSafe}</span></p>`;
    }
    const sentence = use.lastClient === null ? oldSecret.usedIsDenied : oldSecret.usedFromIsDenied;
    const time = relativeTime(use.lastUsedAt, Date.now());
    const client = html`<span class="mono">${use.lastClient}</span>`;
    return html`<p class="recent-use">${icon("warning")}<span>${richText(sentence, { time, client })}</span></p>`;
  }

  protected override render() {
    const { name } = this.key;
    return this.renderDestructive({
      title: withNames(oldSecret.endTitle, name),
      body: html`<p>${oldSecret.endAbout}</p>
        <div class="old-secret-safety">${this.renderUse()}</div>`,
      name,
      requiresName: false,
      action: oldSecret.end,
      onConfirm: () => void this.endOldSecret(),
    });
  }
}
