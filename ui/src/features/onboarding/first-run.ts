/** The first page: creates a project with its first environment, or a sample project. */
import { html } from "lit";
import { customElement, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { createSampleProject } from "../../commands/project";
import { fieldError, formError, textField } from "../../components/field";
import { type CommandError, toCommandError } from "../../host/command-error";
import { keysHref } from "../../routes";
import { strings } from "../../strings";
import { ENVIRONMENT_FIELDS } from "../environments/environment-fields";
import { EnvironmentForm } from "../environments/environment-form";

/** Names the environment at first, so that one field is enough to begin. */
const ENVIRONMENT_NAME = "development";

@customElement("first-run")
export class FirstRun extends AppElement {
  @state() private name = "";
  @state() private runningAction: "environment" | "sample" | null = null;
  @state() private error: CommandError | null = null;

  private form!: EnvironmentForm;

  override connectedCallback(): void {
    super.connectedCallback();
    this.form = new EnvironmentForm(this.stores.host, null, ENVIRONMENT_NAME);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.form.stop();
  }

  protected override firstUpdated(): void {
    this.querySelector<HTMLElement>("#project-name")?.focus({ preventScroll: true });
  }

  private onSubmit(event: SubmitEvent): void {
    event.preventDefault();
    void this.run("environment", async () => {
      const { projects, navigation } = this.stores;
      const { environment } = await projects.create(this.name, await this.form.submitValues());
      if (environment) void navigation.go(keysHref(environment.projectId, environment.id));
    });
  }

  private createSample(): void {
    void this.run("sample", () => createSampleProject(this.stores));
  }

  private async run(action: "environment" | "sample", run: () => Promise<void>): Promise<void> {
    if (this.runningAction) return;
    this.runningAction = action;
    this.error = null;
    try {
      await run();
    } catch (error) {
      this.error = toCommandError(error);
      await this.updateComplete;
      this.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    } finally {
      this.runningAction = null;
    }
  }

  private onInput(event: InputEvent): void {
    if ((event.target as HTMLElement).ariaInvalid === "true") this.error = null;
  }

  private renderSample() {
    return html`<div class="first-run-sample">
      <button
        type="button"
        class="button"
        ?disabled=${this.runningAction !== null}
        data-busy=${this.runningAction === "sample"}
        aria-describedby="sample-about"
        @click=${this.createSample}
      >
        ${strings.firstRun.trySample}
      </button>
      <p class="faint small" id="sample-about">${strings.firstRun.sampleAbout}</p>
    </div>`;
  }

  protected override render() {
    return html`<form class="first-run" novalidate @submit=${this.onSubmit} @input=${this.onInput}>
      <div>
        <h1>${strings.firstRun.title}</h1>
        <p class="muted">${strings.firstRun.about}</p>
      </div>
      ${textField({
        id: "project-name",
        label: strings.general.projectName,
        value: this.name,
        onInput: (name) => (this.name = name),
        error: fieldError(this.error, ["projectName"]),
      })}
      <environment-fields .form=${this.form} .error=${this.error}></environment-fields>
      ${formError(this.error, ["projectName", ...ENVIRONMENT_FIELDS])}
      <div>
        <button
          class="button primary"
          ?disabled=${this.runningAction !== null}
          data-busy=${this.runningAction === "environment"}
        >
          ${strings.general.createEnvironment}
        </button>
      </div>
      ${this.renderSample()}
    </form>`;
  }
}
