/** Confirms deleting a project or an environment; Rust requires its name if it has active keys. */
import { html, nothing } from "lit";
import { strings } from "../strings.js";
import { errorOf, formFailure, textField } from "./field.js";
import { ModalDialog } from "./modal-dialog.js";
import { richText } from "./rich-text.js";

class DeletionDialog extends ModalDialog {
  static properties = { project: { attribute: false }, environment: { attribute: false }, typed: { state: true } };

  constructor() {
    super();
    /** @type {import("../types/Project").Project | null} */
    this.project = null;
    /** @type {import("../types/Environment").Environment | null} */
    this.environment = null;
    this.typed = "";
    this.requiresName = false;
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
    const active = subject.activeKeys;
    const about = this.environment ? strings.deletion.environment : strings.deletion.project;
    const keys = active > 0 ? html`<b>${strings.deletion.activeKeys(active)}</b>` : strings.deletion.noActiveKeys;
    // Once Rust has required the name, the field is kept.
    this.requiresName ||= active > 0 || this.failure?.code === "name_required";
    const { requiresName } = this;
    return this.frame({
      title: strings.deletion.title(subject.name),
      role: "alertdialog",
      submitted: () => void this.submitted(),
      body: html`<p>${richText(about, { keys })}</p>
        ${requiresName
          ? textField({
              id: "deletion-confirmation",
              label: strings.general.typeToConfirm(subject.name),
              value: this.typed,
              changed: (typed) => (this.typed = typed),
              error: errorOf(this.failure, ["confirmation"]),
              autofocus: true,
            })
          : nothing}
        ${formFailure(this.failure, requiresName ? ["confirmation"] : [])}`,
      footer: html`${this.cancelButton()}<button
          class="button destructive"
          ?disabled=${this.busy}
          data-busy=${this.busy}
        >
          ${this.environment ? strings.deletion.deleteEnvironment : strings.deletion.deleteProject}
        </button>`,
    });
  }
}

customElements.define("deletion-dialog", DeletionDialog);
