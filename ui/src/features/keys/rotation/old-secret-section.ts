/**
 * The old secret of a rotated key in its details: until when it works, how it was used, and a button that ends it. It is
 * read again when the key changes, which it does with every use.
 */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../../app-element";
import { endOldSecret } from "../../../commands/key";
import { relativeTime } from "../../../components/relative-time";
import { richText } from "../../../components/rich-text";
import type { Key } from "../../../host/types/Key";
import { formatDateTime, formatSince } from "../../../lib/format/date";
import { LatestRead } from "../../../lib/latest-read";
import { isUsable } from "../../../stores/key-state";
import { oldSecret } from "../../../strings/key-details";
import { type OldSecretUse, oldSecretUse } from "./old-secret-use";

@customElement("old-secret-section")
export class OldSecretSection extends AppElement {
  @property({ attribute: false }) key!: Key;
  @property({ attribute: false }) now = 0;

  /** Null until it was read, or if it cannot be read. */
  @state() private use: OldSecretUse | null = null;

  private readonly reads = new LatestRead();
  private shownKeyId = "";
  private readRevision = "";

  /** Null: the key has no old secret that works. */
  private get endsAt(): number | null {
    return isUsable(this.key) ? this.key.oldSecretEndsAt : null;
  }

  protected override willUpdate(): void {
    const { key } = this;
    if (this.shownKeyId !== key.id) {
      this.shownKeyId = key.id;
      this.use = null;
    }
    const revision = this.endsAt === null ? "" : JSON.stringify(key);
    if (revision === this.readRevision) return;
    this.readRevision = revision;
    if (revision === "") this.reads.cancel("secrets");
    else void this.read();
  }

  private async read(): Promise<void> {
    const { id: keyId } = this.key;
    await this.reads.run(
      "secrets",
      () => this.stores.host.keySecrets({ keyId }),
      (secrets) => (this.use = oldSecretUse(secrets)),
      () => {}, // the next change reads it again
    );
  }

  private renderUse() {
    const { use, now } = this;
    if (!use) return nothing;
    if (use.lastUsedAt === null) return oldSecret.unused;
    return richText(use.lastClient === null ? oldSecret.lastUsed : oldSecret.lastUsedFrom, {
      time: relativeTime(use.lastUsedAt, now),
      client: html`<span class="mono">${use.lastClient}</span>`,
      count: oldSecret.times(use.requests),
    });
  }

  protected override render() {
    const { key, now, endsAt: end } = this;
    if (end === null) return nothing;
    const time = html`<time data-tooltip=${formatDateTime(end)} datetime=${new Date(end).toISOString()}
      >${formatSince(end, now)}</time
    >`;
    return html`<section class="key-section old-secret">
      <h3>${oldSecret.title}</h3>
      <p>${richText(oldSecret.worksUntil, { time })}</p>
      <p class="old-secret-use">${this.renderUse()}</p>
      <button type="button" class="button small-button" @click=${() => endOldSecret(this.stores, key)}>
        ${oldSecret.end}
      </button>
    </section>`;
  }
}
