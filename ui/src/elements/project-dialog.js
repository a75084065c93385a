/** Creates or renames a project. */
import { html } from "lit";
import { strings } from "../strings.js";
import { errorOf, formFailure, textField } from "./field.js";
import { ModalDialog } from "./modal-dialog.js";

class ProjectDialog extends ModalDialog {
  static properties = { project: { attribute: false }, name: { state: true } };

  constructor() {
    super();
    /** @type {import("../types/Project").Project | null} the one being renamed */
    this.project = null;
    this.name = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.name ||= this.project?.name ?? "";
  }

  async submitted() {
    const { project, name, state } = this;
    const done = await this.attempt(async () => {
      if (!project) return (await state.library.createProject(name, null)).project;
      await state.library.renameProject(project.id, name);
      return project;
    });
    if (!done) return;
    this.leave();
    if (project) this.emit("project-renamed", { project, name: name.trim() });
    else this.emit("project-created", done.value);
  }

  render() {
    return this.frame({
      title: this.project ? strings.projectDialog.renameTitle : strings.projectDialog.newTitle,
      submitted: () => void this.submitted(),
      body: html`${textField({
        id: "project-name",
        label: strings.general.projectName,
        value: this.name,
        changed: (name) => (this.name = name),
        error: errorOf(this.failure, ["projectName", "name"]),
        hint: this.project ? "" : strings.projectDialog.hint,
        autofocus: true,
      })}
      ${formFailure(this.failure, ["projectName", "name"])}`,
      footer: html`${this.cancelButton()}<button class="button primary" ?disabled=${this.busy} data-busy=${this.busy}>
          ${this.project ? strings.projectDialog.rename : strings.projectDialog.create}
        </button>`,
    });
  }
}

customElements.define("project-dialog", ProjectDialog);
