/** Shows the access that a request would need, and why. Nothing is sent. */
import { html } from "lit";
import { METHODS } from "../state/route-rules.js";
import { SampleRequest } from "../state/sample-request.js";
import { strings } from "../strings.js";
import { sentences } from "./field.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";
import { selectField } from "./select-field.js";

class SampleRequestElement extends LightElement {
  static properties = { rules: { attribute: false }, tick: { state: true } };

  constructor() {
    super();
    /** @type {import("../types/RouteRule").RouteRule[]} */
    this.rules = [];
    this.tick = 0;
    /** @type {SampleRequest} */
    this.sample = /** @type {any} */ (undefined);
  }

  connectedCallback() {
    super.connectedCallback();
    this.sample ??= new SampleRequest(this.state.host, () => (this.tick += 1));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.sample.stop();
  }

  willUpdate() {
    this.sample.setRules(this.rules);
  }

  render() {
    const { sample } = this;
    const failure = sample.wrongRule === null ? sample.failure : null; // shown at the rule instead
    return html`<div class="sample-request">
      <p class="sample-label">${strings.rules.test}</p>
      ${selectField({
        label: strings.rules.testMethod,
        value: sample.method,
        choices: METHODS.map((value) => ({ value, label: value })),
        changed: (method) => sample.setMethod(method),
      })}
      <input
        id="sample-path"
        class="input mono"
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        placeholder=${strings.rules.testPlaceholder}
        aria-label=${strings.rules.testPath}
        aria-describedby="sample-result"
        .value=${sample.path}
        @input=${(/** @type {Event} */ event) => sample.setPath(/** @type {HTMLInputElement} */ (event.target).value)}
      />
      <p class="sample-result small ${failure ? "field-error" : ""}" id="sample-result" role="status">
        ${failure
          ? html`${icon("problem")}<span>${sentences(failure)}</span>`
          : sample.sentence || html`<span class="faint">${strings.rules.testAbout}</span>`}
      </p>
    </div>`;
  }
}

customElements.define("sample-request", SampleRequestElement);
