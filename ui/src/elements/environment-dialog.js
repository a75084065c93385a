/** Creates or edits an environment. */
import { html } from "lit";
import { EnvironmentDraft } from "../state/environment-draft.js";
import { strings } from "../strings.js";
import { ENVIRONMENT_FIELDS } from "./environment-fields.js";
import { formFailure } from "./field.js";
import { ModalDialog } from "./modal-dialog.js";

class EnvironmentDialog extends ModalDialog {
  static properties = { project: { attribute: false }, environment: { attribute: false }, tick: { state: true } };

  constructor() {
    super();
    /** @type {import("../types/Project").Project} */
    this.project = /** @type {any} */ (undefined);
    /** @type {import("../types/Environment").Environment | null} the one being edited */
    this.environment = null;
    this.tick = 0;
    /** @type {EnvironmentDraft} */
    this.draft = /** @type {any} */ (undefined);
  }

  connectedCallback() {
    super.connectedCallback();
    this.draft ??= new EnvironmentDraft(this.state.host, () => (this.tick += 1), this.environment);
  }

  async firstUpdated() {
    super.firstUpdated();
    // The fields are a separate element that is rendered later.
    const fields = /** @type {import("lit").LitElement | null} */ (this.querySelector("environment-fields"));
    await fields?.updateComplete;
    this.focusFirst();
  }

  async submitted() {
    const { environment, draft, state } = this;
    const done = await this.attempt(async () => {
      const fields = await draft.settledFields();
      return environment
        ? state.library.editEnvironment(environment, fields)
        : state.library.createEnvironment(this.project.id, fields);
    });
    if (!done) return;
    this.leave();
    if (environment) this.emit("environment-edited", { before: environment, after: done.value });
    else this.emit("environment-created", done.value);
  }

  render() {
    return this.frame({
      title: this.environment ? strings.environmentDialog.editTitle : strings.environmentDialog.newTitle,
      about: strings.environmentDialog.about(this.project.name),
      submitted: () => void this.submitted(),
      body: html`<environment-fields
          complete
          focused
          .draft=${this.draft}
          .failure=${this.failure}
          .tick=${this.tick}
        ></environment-fields>
        ${formFailure(this.failure, ENVIRONMENT_FIELDS)}`,
      footer: html`${this.cancelButton()}<button class="button primary" ?disabled=${this.busy} data-busy=${this.busy}>
          ${this.environment ? strings.general.save : strings.general.createEnvironment}
        </button>`,
    });
  }
}

customElements.define("environment-dialog", EnvironmentDialog);
