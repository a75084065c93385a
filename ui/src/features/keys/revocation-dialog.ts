/** Confirms revoking a key, with an optional reason; Rust requires its name in production. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { icon } from "../../components/icons";
import { relativeTime } from "../../components/relative-time";
import { richText } from "../../components/rich-text";
import { withNames } from "../../components/user-name";
import { DestructiveDialog } from "../../destructive-dialog";
import { toCommandError } from "../../host/command-error";
import type { Key } from "../../host/types/Key";
import type { Store } from "../../lib/store";
import type { Revocation } from "../../stores/keys";
import { strings } from "../../strings";
import { revocation } from "../../strings/key-dialogs";
import { requestCounts } from "./request-counts";
import { revocationFields } from "./revocation-fields";

/** A key that was used within this time is probably still needed. */
const RECENT_MS = 7 * 24 * 3_600_000;

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

  @state() private draft: Revocation = { reason: null, note: "" };

  protected override observed(): Store[] {
    return [this.stores.keys];
  }

  private async revokeKey(): Promise<void> {
    const { keys, notices, toasts } = this.stores;
    const { subject, confirmation, draft } = this;
    const revoked = await this.submit(() => keys.revoke(subject.keyId, confirmation, draft));
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

  /** An element that was loaded after it was inserted has no properties before. */
  protected override willUpdate(): void {
    if (!this.hasUpdated) this.stores.keys.request([this.subject.keyId]);
  }

  private renderLastUse() {
    const key = this.stores.keys.find(this.subject.keyId);
    if (!key) return nothing;
    if (key.lastUsedAt === null) return html`<p>${revocation.neverUsed}</p>`;
    const time = relativeTime(key.lastUsedAt, Date.now());
    if (Date.now() - key.lastUsedAt > RECENT_MS) return html`<p>${richText(revocation.lastUsed, { time })}</p>`;
    return this.renderRecentUse(key, time);
  }

  private renderRecentUse(key: Key, time: unknown) {
    const { recentlyUsed, recentlyUsedFrom } = revocation;
    const client = html`<span class="mono">${key.lastClient}</span>`;
    const sentence = key.lastClient === null ? recentlyUsed : recentlyUsedFrom;
    return html`<p class="recent-use">
      ${icon("warning")}<span>${richText(sentence, { time, client, counts: requestCounts(key) })}</span>
    </p>`;
  }

  protected override render() {
    const { name, path, isProduction } = this.subject;
    return this.renderDestructive({
      title: withNames(revocation.title, name),
      about: path,
      body: html`<p>${revocation.about}</p>
        ${this.renderLastUse()}
        ${revocationFields({
          draft: this.draft,
          onChange: (draft) => (this.draft = draft),
          error: this.error,
        })}`,
      fields: ["note"],
      name,
      requiresName: isProduction,
      action: revocation.revokeKey,
      onConfirm: () => void this.revokeKey(),
    });
  }
}
