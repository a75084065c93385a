/** Creates or edits an environment. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { changedFields, reportEdit } from "../../commands/environment";
import { fieldError, formError } from "../../components/field";
import { withNames } from "../../components/user-name";
import type { Environment } from "../../host/types/Environment";
import type { Project } from "../../host/types/Project";
import { ModalDialog } from "../../modal-dialog";
import { keysHref } from "../../routes";
import { strings } from "../../strings";
import { ENVIRONMENT_FIELDS, type EnvironmentFields } from "./environment-fields";
import { EnvironmentForm } from "./environment-form";
import { DEFAULT_CHOICES, lifetimeDraft, type LifetimeDrafts, lifetimes, MAX_CHOICES } from "./lifetime-draft";
import { lifetimeFields } from "./lifetime-fields";

@customElement("environment-dialog")
export class EnvironmentDialog extends ModalDialog {
  @property({ attribute: false }) project!: Project;
  /** The environment to edit; null creates one. */
  @property({ attribute: false }) environment: Environment | null = null;

  /** Null for a new environment, whose lifetimes follow its stage. */
  @state() private lifetimes: LifetimeDrafts | null = null;

  private form!: EnvironmentForm;

  /** An element that was loaded after it was inserted has no properties before. */
  protected override willUpdate(): void {
    if (this.hasUpdated) return;
    const { environment } = this;
    this.form = new EnvironmentForm(this.stores.host, environment);
    this.lifetimes = environment && {
      defaultDays: lifetimeDraft(environment.defaultDays, DEFAULT_CHOICES),
      maxDays: lifetimeDraft(environment.maxDays, MAX_CHOICES),
    };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.form.stop();
  }

  protected override firstUpdated(): void {
    super.firstUpdated();
    // The fields are a separate element that is rendered later.
    const fields = this.querySelector<EnvironmentFields>("environment-fields");
    void fields?.updateComplete.then(() => this.focusFirst());
  }

  private async create(): Promise<void> {
    const { environments, navigation } = this.stores;
    const created = await this.submit(async () =>
      environments.create(this.project.id, await this.form.submitValues()),
    );
    if (!created) return;
    this.close();
    void navigation.go(keysHref(created.value.projectId, created.value.id));
  }

  private async edit(environment: Environment): Promise<void> {
    const edited = await this.submit(async () => {
      const entered = { ...(await this.form.submitValues()), ...(this.lifetimes && lifetimes(this.lifetimes)) };
      return this.stores.environments.edit(environment, changedFields(environment, entered));
    });
    if (!edited) return;
    this.close();
    reportEdit(this.stores, environment, edited.value);
  }

  private renderLifetimes(drafts: LifetimeDrafts) {
    const change = (changes: Partial<LifetimeDrafts>) => {
      this.lifetimes = { ...drafts, ...changes };
      if (this.error?.field === "lifetimes") this.error = null;
    };
    return lifetimeFields(drafts, change, fieldError(this.error, ["lifetimes"]));
  }

  protected override render() {
    const { environment } = this;
    return this.renderDialog({
      title: environment ? strings.environmentDialog.editTitle : strings.environmentDialog.newTitle,
      about: withNames(strings.environmentDialog.about, this.project.name),
      onSubmit: () => void (environment ? this.edit(environment) : this.create()),
      body: html`<environment-fields complete focused .form=${this.form} .error=${this.error}></environment-fields>
        ${this.lifetimes ? this.renderLifetimes(this.lifetimes) : nothing}
        ${formError(this.error, [...ENVIRONMENT_FIELDS, "lifetimes"])}`,
      footer: html`${this.cancelButton()}<button
          class="button primary"
          ?disabled=${this.isBusy}
          data-busy=${this.isBusy}
        >
          ${environment ? strings.general.save : strings.general.createEnvironment}
        </button>`,
    });
  }
}
