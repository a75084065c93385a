/** Confirms deleting a project or an environment; Rust requires its name if it has active keys. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { fieldError, formError, textField } from "../../components/field";
import { richText } from "../../components/rich-text";
import { withNames } from "../../components/user-name";
import type { Environment } from "../../host/types/Environment";
import type { Project } from "../../host/types/Project";
import { ModalDialog } from "../../modal-dialog";
import { environmentsHref, routeHref } from "../../routes";
import { strings } from "../../strings";

@customElement("deletion-dialog")
export class DeletionDialog extends ModalDialog {
  /** Either the project or the environment is set. */
  @property({ attribute: false }) project: Project | null = null;
  @property({ attribute: false }) environment: Environment | null = null;
  @state() private confirmation = "";

  private requiresName = false;

  private get subject(): Project | Environment | null {
    return this.environment ?? this.project;
  }

  private async delete(): Promise<void> {
    const { environments, projects, toasts, navigation } = this.stores;
    const { project, environment, subject } = this;
    const confirmation = this.confirmation === "" ? null : this.confirmation;
    const deleted = await this.submit(async () => {
      if (environment) await environments.delete(environment, confirmation);
      else if (project) await projects.delete(project.id, confirmation);
    });
    if (!deleted || !subject) return;
    this.close();
    toasts.show(strings.toasts.deleted(subject.name), null, subject.id);
    void navigation.go(environment ? environmentsHref(environment.projectId) : routeHref({ page: "start" }));
  }

  protected override willUpdate(): void {
    // Once Rust has required the name, the field is kept.
    this.requiresName ||= (this.subject?.activeKeys ?? 0) > 0 || this.error?.code === "name_required";
  }

  protected override render() {
    const { subject, environment, requiresName } = this;
    if (!subject) return nothing;
    const { name, activeKeys } = subject;
    const isConfirmed = !requiresName || this.confirmation.trim() === name;
    const { noActiveKeys } = strings.deletion;
    const keys = activeKeys > 0 ? html`<b>${strings.deletion.activeKeys(activeKeys)}</b>` : noActiveKeys;
    return this.renderDialog({
      title: withNames(strings.deletion.title, name),
      role: "alertdialog",
      onSubmit: () => void this.delete(),
      body: html`<p>${richText(environment ? strings.deletion.environment : strings.deletion.project, { keys })}</p>
        ${requiresName
          ? textField({
              id: "deletion-confirmation",
              label: withNames(strings.general.typeToConfirm, name),
              value: this.confirmation,
              onInput: (confirmation) => (this.confirmation = confirmation),
              error: fieldError(this.error, ["confirmation"]),
              autofocus: true,
            })
          : nothing}
        ${formError(this.error, requiresName ? ["confirmation"] : [])}`,
      footer: html`${this.cancelButton()}<button
          class="button destructive"
          ?disabled=${this.isBusy || !isConfirmed}
          data-busy=${this.isBusy}
        >
          ${environment ? strings.deletion.deleteEnvironment : strings.deletion.deleteProject}
        </button>`,
    });
  }
}
