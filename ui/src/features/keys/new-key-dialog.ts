/** Issues a key with a name, permissions and an expiry; the one-time prompt follows. */
import { html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { fieldError, formError } from "../../components/field";
import { icon } from "../../components/icons";
import { withNames } from "../../components/user-name";
import type { Environment } from "../../host/types/Environment";
import { randomId } from "../../lib/random-id";
import { ModalDialog } from "../../modal-dialog";
import { strings } from "../../strings";
import { newKey } from "../../strings/key-dialogs";
import { expiryField } from "./expiry-field";
import { type KeyDraft, keyInput, newKeyDraft } from "./key-draft";
import { detailFields, invalidDate, KEY_FIELDS, nameField, permissionFields } from "./key-fields";

@customElement("new-key-dialog")
export class NewKeyDialog extends ModalDialog {
  @property({ attribute: false }) environment!: Environment;

  @state() private draft!: KeyDraft;
  @state() private isMoreOpen = false;

  /** The same for every attempt, so that pressing Create twice issues one key. */
  private readonly idempotencyKey = randomId();

  private async createKey(): Promise<void> {
    const { prompt } = this.stores;
    const { environment, draft, idempotencyKey } = this;
    const issued = await this.submit(async () => {
      const key = keyInput(draft, environment);
      if (!key) throw invalidDate();
      return prompt.issue({ environmentId: environment.id, key, idempotencyKey });
    });
    if (!issued) return;
    this.close();
    prompt.open(issued.value);
  }

  /** An element that was loaded after it was inserted has no properties before. */
  protected override willUpdate(): void {
    if (!this.hasUpdated) this.draft = newKeyDraft(this.environment);
    // The field of an error must be visible to get the focus.
    if (fieldError(this.error, ["owner", "tags", "note"])) this.isMoreOpen = true;
  }

  private change(changes: Partial<KeyDraft>): void {
    this.draft = { ...this.draft, ...changes };
    if (changes.expiry && this.error?.field === "expiry") this.error = null;
  }

  private renderMore() {
    const { draft, error } = this;
    const onToggle = (event: Event) => {
      this.isMoreOpen = (event.currentTarget as HTMLDetailsElement).open;
      // Where there is no room below, the first field would be out of sight.
      if (this.isMoreOpen) this.querySelector(".more-fields .field")?.scrollIntoView({ block: "nearest" });
    };
    return html`<details class="more" .open=${this.isMoreOpen} @toggle=${onToggle}>
      <summary>${icon("chevron")}<span>${newKey.more}</span
        ><span class="faint">${newKey.moreAbout}</span></summary>
      <div class="more-fields">
        ${detailFields({ draft, error, onChange: (changes) => this.change(changes) })}
      </div>
    </details>`;
  }

  protected override render() {
    const { environment, draft, error } = this;
    const fields = { draft, error, onChange: (changes: Partial<KeyDraft>) => this.change(changes) };
    return this.renderDialog({
      title: strings.general.newApiKey,
      about: withNames(strings.general.environmentPath, environment.projectName, environment.name),
      onSubmit: () => void this.createKey(),
      body: html`${nameField(fields)} ${permissionFields(fields)}
      ${expiryField({
        environment,
        draft: draft.expiry,
        onChange: (expiry) => this.change({ expiry }),
        error: fieldError(error, ["expiry"]),
        showsDefault: true,
      })}
      ${this.renderMore()} ${formError(error, KEY_FIELDS)}`,
      footer: html`${this.cancelButton()}<button
          class="button primary"
          ?disabled=${this.isBusy}
          data-busy=${this.isBusy}
        >
          ${newKey.create}
        </button>`,
    });
  }
}
