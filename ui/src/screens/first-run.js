/** The first page: what Keystile does, in one sentence, and the fields that lead to the first key. */
import { html } from "lit";
import { toHostError } from "../host-error.js";
import { EnvironmentDraft } from "../state/environment-draft.js";
import { ENVIRONMENT_FIELDS } from "../elements/environment-fields.js";
import { errorOf, formFailure, textField } from "../elements/field.js";
import { LightElement } from "../elements/light-element.js";

class FirstRun extends LightElement {
  static properties = { name: { state: true }, busy: { state: true }, failure: { state: true }, tick: { state: true } };

  constructor() {
    super();
    this.name = "";
    this.busy = false;
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
  async submitted(event) {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    try {
      const { environment } = await this.state.library.createProject(this.name, this.draft.fields);
      if (environment) this.emit("environment-created", environment);
    } catch (thrown) {
      this.failure = toHostError(thrown);
      await this.updateComplete;
      this.find("[aria-invalid=true]")?.focus();
    } finally {
      this.busy = false;
    }
  }

  /** @param {Event} event */
  edited(event) {
    if (/** @type {HTMLElement} */ (event.target).ariaInvalid === "true") this.failure = null;
  }

  render() {
    return html`<form class="first-run" novalidate @submit=${this.submitted} @input=${this.edited}>
      <div>
        <h1>Issue your first API key</h1>
        <p class="muted">Keystile makes API keys for your environments, shows each one once, and keeps only hashes.</p>
      </div>
      ${textField({
        id: "project-name",
        label: "Project name",
        value: this.name,
        changed: (name) => (this.name = name),
        error: errorOf(this.failure, ["projectName"]),
      })}
      <environment-fields .draft=${this.draft} .failure=${this.failure} .tick=${this.tick}></environment-fields>
      ${formFailure(this.failure, ["projectName", ...ENVIRONMENT_FIELDS])}
      <div>
        <button class="button primary" ?disabled=${this.busy} data-busy=${this.busy}>Create environment</button>
      </div>
    </form>`;
  }
}

customElements.define("first-run", FirstRun);
