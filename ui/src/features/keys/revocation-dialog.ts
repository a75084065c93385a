/** Confirms revoking a key, with an optional reason; Rust requires its name in production. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { fieldError, textField } from "../../components/field";
import { icon } from "../../components/icons";
import { relativeTime } from "../../components/relative-time";
import { richText } from "../../components/rich-text";
import { segments } from "../../components/segments";
import { withNames } from "../../components/user-name";
import { DestructiveDialog } from "../../destructive-dialog";
import { toCommandError } from "../../host/command-error";
import type { Key } from "../../host/types/Key";
import type { RevokeReason } from "../../host/types/RevokeReason";
import type { Store } from "../../lib/store";
import { strings } from "../../strings";
import { requestCounts } from "./request-counts";

const REASONS: readonly RevokeReason[] = ["leaked", "superseded", "unused", "other"];

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

  @state() private reason: RevokeReason | null = null;
  @state() private note = "";

  protected override observed(): Store[] {
    return [this.stores.keys];
  }

  private async revokeKey(): Promise<void> {
    const { keys, notices, toasts } = this.stores;
    const { subject, confirmation, reason, note } = this;
    const revoked = await this.submit(() => keys.revoke(subject.keyId, confirmation, { reason, note }));
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
    if (key.lastUsedAt === null) return html`<p>${strings.revocation.neverUsed}</p>`;
    const time = relativeTime(key.lastUsedAt, Date.now());
    if (Date.now() - key.lastUsedAt > RECENT_MS) return html`<p>${richText(strings.revocation.lastUsed, { time })}</p>`;
    return this.renderRecentUse(key, time);
  }

  private renderRecentUse(key: Key, time: unknown) {
    const { recentlyUsed, recentlyUsedFrom } = strings.revocation;
    const client = html`<span class="mono">${key.lastClient}</span>`;
    const sentence = key.lastClient === null ? recentlyUsed : recentlyUsedFrom;
    return html`<p class="recent-use">
      ${icon("warning")}<span>${richText(sentence, { time, client, counts: requestCounts(key) })}</span>
    </p>`;
  }

  private renderReason() {
    const { reasons, reason: label, note, noteAfterReason } = strings.revocation;
    return html`<div class="field">
        <div class="field-label">${label} <span class="faint">${strings.general.optional}</span></div>
        ${segments({
          name: "revoke-reason",
          label,
          value: this.reason,
          choices: REASONS.map((value) => ({ value, label: reasons[value] })),
          onChange: (reason) => (this.reason = reason),
        })}
      </div>
      ${textField({
        id: "revoke-note",
        label: note,
        optional: strings.general.optional,
        value: this.note,
        onInput: (text) => (this.note = text),
        error: fieldError(this.error, ["note"]),
        hint: this.reason === null ? noteAfterReason : nothing,
        disabled: this.reason === null,
      })}`;
  }

  protected override render() {
    const { name, path, isProduction } = this.subject;
    return this.renderDestructive({
      title: withNames(strings.revocation.title, name),
      about: path,
      body: html`<p>${strings.revocation.about}</p>
        ${this.renderLastUse()} ${this.renderReason()}`,
      fields: ["note"],
      name,
      requiresName: isProduction,
      action: strings.revocation.revokeKey,
      onConfirm: () => void this.revokeKey(),
    });
  }
}
