/** Issues a key with a name and permissions; the one-time prompt follows. */
import { html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { fieldError, formError, textField } from "../../components/field";
import { withNames } from "../../components/user-name";
import type { Environment } from "../../host/types/Environment";
import { randomId } from "../../lib/random-id";
import { ModalDialog } from "../../modal-dialog";
import { strings } from "../../strings";

@customElement("new-key-dialog")
export class NewKeyDialog extends ModalDialog {
  @property({ attribute: false }) environment!: Environment;

  @state() private name = "";
  @state() private canWrite = false;

  /** The same for every attempt, so that pressing Create twice issues one key. */
  private readonly idempotencyKey = randomId();

  private async createKey(): Promise<void> {
    const { prompt } = this.stores;
    const { environment, name, canWrite, idempotencyKey } = this;
    const issued = await this.submit(() =>
      prompt.issue({ environmentId: environment.id, name, write: canWrite, idempotencyKey }),
    );
    if (!issued) return;
    this.close();
    prompt.open(issued.value);
  }

  protected override render() {
    return this.renderDialog({
      title: strings.general.newApiKey,
      about: withNames(strings.general.environmentPath, this.environment.projectName, this.environment.name),
      onSubmit: () => void this.createKey(),
      body: html`${textField({
          id: "key-name",
          label: strings.newKey.name,
          value: this.name,
          onInput: (name) => (this.name = name),
          error: fieldError(this.error, ["name"]),
          hint: strings.newKey.nameHint,
          autofocus: true,
        })}
        <fieldset class="field">
          <legend>${strings.general.permissions}</legend>
          <div class="option">
            <input id="permission-read" type="checkbox" checked disabled aria-describedby="permission-read-about" />
            <div>
              <label for="permission-read">${strings.general.read}</label>
              <span class="faint">${strings.newKey.readAlways}</span>
              <p class="muted small" id="permission-read-about">${strings.newKey.readAbout}</p>
            </div>
          </div>
          <div class="option">
            <input
              id="permission-write"
              type="checkbox"
              aria-describedby="permission-write-about"
              .checked=${this.canWrite}
              @change=${(event: Event) => (this.canWrite = (event.currentTarget as HTMLInputElement).checked)}
            />
            <div>
              <label for="permission-write">${strings.general.write}</label>
              <p class="muted small" id="permission-write-about">${strings.newKey.writeAbout}</p>
            </div>
          </div>
        </fieldset>
        ${formError(this.error, ["name"])}`,
      footer: html`${this.cancelButton()}<button
          class="button primary"
          ?disabled=${this.isBusy}
          data-busy=${this.isBusy}
        >
          ${strings.newKey.create}
        </button>`,
    });
  }
}
