/** Issues a key with a name and permissions; the one-time prompt follows. */
import { html } from "lit";
import { randomId } from "../state/random-id.js";
import { strings } from "../strings.js";
import { errorOf, formFailure, textField } from "./field.js";
import { ModalDialog } from "./modal-dialog.js";

class NewKeyDialog extends ModalDialog {
  static properties = { environment: { attribute: false }, name: { state: true }, write: { state: true } };

  constructor() {
    super();
    /** @type {import("../types/Environment").Environment} */
    this.environment = /** @type {any} */ (undefined);
    this.name = "";
    this.write = false;
    // One id for this dialog: pressing Create twice issues one key.
    this.submission = randomId();
  }

  async submitted() {
    const { environment, name, write, submission, state } = this;
    const done = await this.attempt(() =>
      state.prompt.issue({ environmentId: environment.id, name, write, idempotencyKey: submission }),
    );
    if (!done) return;
    this.leave();
    state.prompt.begin(done.value);
  }

  render() {
    return this.frame({
      title: strings.general.newApiKey,
      about: strings.general.environmentPath(this.environment.projectName, this.environment.name),
      submitted: () => void this.submitted(),
      body: html`${textField({
          id: "key-name",
          label: strings.newKey.name,
          value: this.name,
          changed: (name) => (this.name = name),
          error: errorOf(this.failure, ["name"]),
          hint: strings.newKey.nameHint,
          autofocus: true,
        })}
        <fieldset class="field">
          <legend>${strings.general.permissions}</legend>
          <div class="option">
            <input id="permission-read" type="checkbox" checked disabled aria-describedby="permission-read-about" />
            <div>
              <label for="permission-read">${strings.general.read}</label> <span class="faint">${strings.newKey.readAlways}</span>
              <p class="muted small" id="permission-read-about">${strings.newKey.readAbout}</p>
            </div>
          </div>
          <div class="option">
            <input
              id="permission-write"
              type="checkbox"
              aria-describedby="permission-write-about"
              .checked=${this.write}
              @change=${(/** @type {Event} */ event) =>
                (this.write = /** @type {HTMLInputElement} */ (event.target).checked)}
            />
            <div>
              <label for="permission-write">${strings.general.write}</label>
              <p class="muted small" id="permission-write-about">${strings.newKey.writeAbout}</p>
            </div>
          </div>
        </fieldset>
        ${formFailure(this.failure, ["name"])}`,
      footer: html`${this.cancelButton()}<button class="button primary" ?disabled=${this.busy} data-busy=${this.busy}>
          ${strings.newKey.create}
        </button>`,
    });
  }
}

customElements.define("new-key-dialog", NewKeyDialog);
