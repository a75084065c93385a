/** The first page: creates a project with its first environment, or a sample project. */
import { html } from "lit";
import { toHostError } from "../host-error.js";
import { EnvironmentDraft } from "../state/environment-draft.js";
import { ENVIRONMENT_FIELDS } from "../elements/environment-fields.js";
import { errorOf, formFailure, textField } from "../elements/field.js";
import { LightElement } from "../elements/light-element.js";
import { strings } from "../strings.js";

class FirstRun extends LightElement {
  static properties = { name: { state: true }, busy: { state: true }, failure: { state: true }, tick: { state: true } };

  constructor() {
    super();
    this.name = "";
    /** @type {"" | "environment" | "sample"} the running action */
    this.busy = "";
    /** @type {import("../host-error.js").HostError | null} */
    this.failure = null;
    this.tick = 0;
    /** @type {EnvironmentDraft} */
    this.draft = /** @type {any} */ (undefined);
  }

  connectedCallback() {
    super.connectedCallback();
    this.draft ??= new EnvironmentDraft(this.state.host, () => (this.tick += 1), null, "development");
  }

  firstUpdated() {
    this.find("#project-name")?.focus({ preventScroll: true });
  }

  /** @param {SubmitEvent} event */
  submitted(event) {
    event.preventDefault();
    return this.attempt("environment", async () => {
      const { environment } = await this.state.library.createProject(this.name, await this.draft.settledFields());
      if (environment) this.emit("environment-created", environment);
    });
  }

  createSample() {
    return this.attempt("sample", async () => this.emit("sample-created", await this.state.createSample()));
  }

  /**
   * @param {"environment" | "sample"} action
   * @param {() => Promise<void>} run
   */
  async attempt(action, run) {
    if (this.busy) return;
    this.busy = action;
    this.failure = null;
    try {
      await run();
    } catch (thrown) {
      this.failure = toHostError(thrown);
      await this.updateComplete;
      this.find("[aria-invalid=true]")?.focus();
    } finally {
      this.busy = "";
    }
  }

  /** @param {Event} event */
  edited(event) {
    if (/** @type {HTMLElement} */ (event.target).ariaInvalid === "true") this.failure = null;
  }

  render() {
    return html`<form class="first-run" novalidate @submit=${this.submitted} @input=${this.edited}>
      <div>
        <h1>${strings.firstRun.title}</h1>
        <p class="muted">${strings.firstRun.about}</p>
      </div>
      ${textField({
        id: "project-name",
        label: strings.general.projectName,
        value: this.name,
        changed: (name) => (this.name = name),
        error: errorOf(this.failure, ["projectName"]),
      })}
      <environment-fields .draft=${this.draft} .failure=${this.failure} .tick=${this.tick}></environment-fields>
      ${formFailure(this.failure, ["projectName", ...ENVIRONMENT_FIELDS])}
      <div>
        <button class="button primary" ?disabled=${this.busy !== ""} data-busy=${this.busy === "environment"}>
          ${strings.general.createEnvironment}
        </button>
      </div>
      <div class="first-run-sample">
        <button
          type="button"
          class="button"
          ?disabled=${this.busy !== ""}
          data-busy=${this.busy === "sample"}
          aria-describedby="sample-about"
          @click=${this.createSample}
        >
          ${strings.firstRun.trySample}
        </button>
        <p class="faint small" id="sample-about">${strings.firstRun.sampleAbout}</p>
      </div>
    </form>`;
  }
}

customElements.define("first-run", FirstRun);
