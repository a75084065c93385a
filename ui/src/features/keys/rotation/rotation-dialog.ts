/** Rotates a key: it gets a new secret, which the one-time prompt shows next. Rust requires its name in production. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { fieldError, formError } from "../../../components/field";
import { withNames } from "../../../components/user-name";
import { CommandError } from "../../../host/command-error";
import type { Key } from "../../../host/types/Key";
import { randomId } from "../../../lib/random-id";
import { NameConfirmedDialog } from "../../../name-confirmed-dialog";
import type { NamedEnvironment } from "../../../stores/dialogs";
import { strings } from "../../../strings";
import { rotation } from "../../../strings/key-details";
import { DEFAULT_OVERLAP, MAX_OVERLAP_HOURS, type OverlapDraft, overlapSeconds } from "./overlap-choices";
import { overlapField } from "./overlap-field";

@customElement("rotation-dialog")
export class RotationDialog extends NameConfirmedDialog {
  @property({ attribute: false }) key!: Key;
  @property({ attribute: false }) environment!: NamedEnvironment;

  @state() private draft: OverlapDraft = DEFAULT_OVERLAP;

  /** The same for every attempt, so that pressing Rotate twice issues one secret. */
  private readonly idempotencyKey = randomId();

  protected override focusFirst(): void {
    const field = this.querySelector<HTMLInputElement>("input[autofocus]") ?? this.querySelector("input:checked");
    (field as HTMLElement | null)?.focus();
  }

  private async rotate(): Promise<void> {
    const { host, prompt } = this.stores;
    const { key, confirmation, idempotencyKey } = this;
    if (!this.isNameConfirmed(key.name)) return;
    const issued = await this.submit(async () => {
      const seconds = overlapSeconds(this.draft);
      if (seconds === null) {
        throw new CommandError("invalid_overlap", rotation.customHint(MAX_OVERLAP_HOURS), "", "overlap");
      }
      return host.rotateKey({ keyId: key.id, overlapSeconds: seconds, confirmation, idempotencyKey });
    });
    if (!issued) return;
    this.close();
    prompt.open(issued.value);
  }

  private change(draft: OverlapDraft): void {
    this.draft = draft;
    if (this.error?.field === "overlap") this.error = null;
  }

  protected override render() {
    const { environment, key, draft, error, isBusy } = this;
    this.requireName(environment.stage === "production");
    return this.renderDialog({
      title: withNames(rotation.title, key.name),
      about: withNames(strings.general.environmentPath, environment.projectName, environment.name),
      onSubmit: () => void this.rotate(),
      body: html`<p>${rotation.about}</p>
        ${key.oldSecretEndsAt === null ? nothing : html`<p>${rotation.endsEarlier}</p>`}
        ${overlapField({
          draft,
          onChange: (changed) => this.change(changed),
          error: fieldError(error, ["overlap"]),
        })}
        ${this.renderName(key.name)} ${formError(error, ["overlap", ...this.confirmationFields])}`,
      footer: html`${this.cancelButton()}<button
          class="button primary"
          ?disabled=${isBusy || !this.isNameConfirmed(key.name)}
          data-busy=${isBusy}
        >
          ${rotation.rotateKey}
        </button>`,
    });
  }
}
