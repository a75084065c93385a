/** Confirms deleting a project or an environment; Rust requires its name if it has active keys. */
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { richText } from "../../components/rich-text";
import { withNames } from "../../components/user-name";
import { DestructiveDialog } from "../../destructive-dialog";
import type { Environment } from "../../host/types/Environment";
import type { Project } from "../../host/types/Project";
import { environmentsHref, routeHref } from "../../routes";
import { strings } from "../../strings";
import { deletion } from "../../strings/deletion";

@customElement("deletion-dialog")
export class DeletionDialog extends DestructiveDialog {
  /** Either the project or the environment is set. */
  @property({ attribute: false }) project: Project | null = null;
  @property({ attribute: false }) environment: Environment | null = null;

  private get subject(): Project | Environment | null {
    return this.environment ?? this.project;
  }

  private async delete(): Promise<void> {
    const { environments, projects, toasts, navigation } = this.stores;
    const { project, environment, subject, confirmation } = this;
    const deleted = await this.submit(async () => {
      if (environment) await environments.delete(environment, confirmation);
      else if (project) await projects.delete(project.id, confirmation);
    });
    if (!deleted || !subject) return;
    this.close();
    toasts.show(strings.toasts.deleted(subject.name), null, subject.id);
    void navigation.go(environment ? environmentsHref(environment.projectId) : routeHref({ page: "start" }));
  }

  protected override render() {
    const { subject, environment } = this;
    if (!subject) return nothing;
    const { name, activeKeys } = subject;
    const { noActiveKeys } = deletion;
    const keys = activeKeys > 0 ? html`<b>${deletion.activeKeys(activeKeys)}</b>` : noActiveKeys;
    return this.renderDestructive({
      title: withNames(deletion.title, name),
      body: html`<p>${richText(environment ? deletion.environment : deletion.project, { keys })}</p>`,
      name,
      requiresName: activeKeys > 0,
      action: environment ? deletion.deleteEnvironment : deletion.deleteProject,
      onConfirm: () => void this.delete(),
    });
  }
}
