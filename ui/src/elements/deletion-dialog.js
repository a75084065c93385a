/** Asks before a project or an environment is deleted; with live keys its name must be typed (Rust insists). */
import { html, nothing } from "lit";
import { liveKeys } from "../state/stages.js";
import { errorOf, formFailure, textField } from "./field.js";
import { ModalDialog } from "./modal-dialog.js";

class DeletionDialog extends ModalDialog {
  static properties = { project: { attribute: false }, environment: { attribute: false }, typed: { state: true } };

  constructor() {
    super();
    /** @type {import("../types/Project").Project | null} */
    this.project = null;
    /** @type {import("../types/Environment").Environment | null} */
    this.environment = null;
    this.typed = "";
    this.asksName = false;
  }

  async submitted() {
    const { project, environment, state } = this;
    const confirmation = this.typed === "" ? null : this.typed;
    const done = await this.attempt(async () => {
      if (environment) await state.library.deleteEnvironment(environment, confirmation);
      else if (project) await state.library.deleteProject(project.id, confirmation);
    });
    if (!done) return;
    this.leave();
    if (environment) this.emit("environment-deleted", environment);
    else this.emit("project-deleted", project);
  }

  render() {
    const subject = this.environment ?? this.project;
    if (!subject) return nothing;
    const what = this.environment ? "environment" : "project";
    const living = subject.liveKeys;
    // Once Rust has asked for the name, the field stays.
    this.asksName ||= living > 0 || this.failure?.code === "name_required";
    const { asksName } = this;
    return this.frame({
      title: `Delete ${subject.name}?`,
      role: "alertdialog",
      submitted: () => void this.submitted(),
      body: html`<p>
          ${this.environment
            ? "The environment and the list of its keys are removed."
            : "The project, its environments and the lists of their keys are removed."}
          ${living > 0
            ? html`<b>Its ${liveKeys(living)} ${living === 1 ? "stops" : "stop"} working at once.</b>`
            : "It has no live keys."}
          This cannot be undone.
        </p>
        ${asksName
          ? textField({
              id: "deletion-confirmation",
              label: `Type ${subject.name} to confirm`,
              value: this.typed,
              changed: (typed) => (this.typed = typed),
              error: errorOf(this.failure, ["confirmation"]),
              autofocus: true,
            })
          : nothing}
        ${formFailure(this.failure, asksName ? ["confirmation"] : [])}`,
      footer: html`${this.cancelButton()}<button
          class="button destructive"
          ?disabled=${this.busy}
          data-busy=${this.busy}
        >
          Delete ${what}
        </button>`,
    });
  }
}

customElements.define("deletion-dialog", DeletionDialog);
