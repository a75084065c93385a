/** Asks for the name and the permissions of a new key and has it issued; what follows is the one-time prompt. */
import { html } from "lit";
import { randomId } from "../state/random-id.js";
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
    // One mark for this dialog: pressing Create twice makes one key.
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
      title: "New API key",
      about: `for ${this.environment.projectName} / ${this.environment.name}`,
      submitted: () => void this.submitted(),
      body: html`${textField({
          id: "key-name",
          label: "API Key Name",
          value: this.name,
          changed: (name) => (this.name = name),
          error: errorOf(this.failure, ["name"]),
          hint: "Name its use or purpose, so that you can tell it apart later.",
          autofocus: true,
        })}
        <fieldset class="field">
          <legend>Permissions</legend>
          <div class="option">
            <input id="permission-read" type="checkbox" checked disabled aria-describedby="permission-read-about" />
            <div>
              <label for="permission-read">Read</label> <span class="faint">always included</span>
              <p class="muted small" id="permission-read-about">Read data: GET, HEAD and OPTIONS requests.</p>
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
              <label for="permission-write">Write</label>
              <p class="muted small" id="permission-write-about">Add, change or delete data: every other request.</p>
            </div>
          </div>
        </fieldset>
        ${formFailure(this.failure, ["name"])}`,
      footer: html`${this.cancelButton()}<button class="button primary" ?disabled=${this.busy} data-busy=${this.busy}>
          Create
        </button>`,
    });
  }
}

customElements.define("new-key-dialog", NewKeyDialog);
