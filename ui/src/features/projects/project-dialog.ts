/** Creates or renames a project. */
import { html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { openProject, reportRename } from "../../commands/project";
import { fieldError, formError, textField } from "../../components/field";
import type { Project } from "../../host/types/Project";
import { ModalDialog } from "../../modal-dialog";
import { strings } from "../../strings";
import { projectDialog } from "../../strings/projects";

const NAME_FIELDS = ["projectName", "name"];

@customElement("project-dialog")
export class ProjectDialog extends ModalDialog {
  /** The project to rename; null creates one. */
  @property({ attribute: false }) project: Project | null = null;
  @state() private name = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.name ||= this.project?.name ?? "";
  }

  private async create(): Promise<void> {
    const created = await this.submit(() => this.stores.projects.create(this.name, null));
    if (!created) return;
    this.close();
    void openProject(this.stores, created.value.project.id);
  }

  private async rename(project: Project): Promise<void> {
    const name = this.name.trim();
    const renamed = await this.submit(() => this.stores.projects.rename(project.id, name));
    if (!renamed) return;
    this.close();
    reportRename(this.stores, project, name);
  }

  protected override render() {
    const { project } = this;
    return this.renderDialog({
      title: project ? projectDialog.renameTitle : projectDialog.newTitle,
      onSubmit: () => void (project ? this.rename(project) : this.create()),
      body: html`${textField({
        id: "project-name",
        label: strings.general.projectName,
        value: this.name,
        onInput: (name) => (this.name = name),
        error: fieldError(this.error, NAME_FIELDS),
        hint: project ? "" : projectDialog.hint,
        autofocus: true,
      })}
      ${formError(this.error, NAME_FIELDS)}`,
      footer: html`${this.cancelButton()}<button
          class="button primary"
          ?disabled=${this.isBusy}
          data-busy=${this.isBusy}
        >
          ${project ? projectDialog.rename : projectDialog.create}
        </button>`,
    });
  }
}
