/** Shows the access that a request would need, and why. Nothing is sent. */
import { html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../../app-element";
import { icon } from "../../../components/icons";
import { selectField } from "../../../components/select-field";
import { formatError } from "../../../host/command-error";
import type { RouteRule } from "../../../host/types/RouteRule";
import { METHODS } from "../../../stores/playground";
import { routeRules } from "../../../strings/route-rules";
import { RuleTest } from "./rule-test";

@customElement("sample-request")
export class SampleRequest extends AppElement {
  @property({ attribute: false }) rules: RouteRule[] = [];

  private test: RuleTest | undefined;

  protected override observed() {
    this.test ??= new RuleTest(this.stores.host);
    return [this.test];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.test?.cancel();
  }

  protected override willUpdate(): void {
    void this.test?.setRules(this.rules);
  }

  private renderResult(test: RuleTest) {
    const error = test.invalidRule === null ? test.error : null; // shown at the rule instead
    return html`<p class="sample-result small ${error ? "field-error" : ""}" id="sample-result" role="status">
      ${error
        ? html`${icon("problem")}<span>${formatError(error)}</span>`
        : test.summary || html`<span class="faint">${routeRules.testAbout}</span>`}
    </p>`;
  }

  protected override render() {
    const { test } = this;
    if (!test) return null;
    return html`<div class="sample-request">
      <p class="sample-label">${routeRules.test}</p>
      ${selectField({
        label: routeRules.testMethod,
        value: test.method,
        choices: METHODS.map((value) => ({ value, label: value })),
        onChange: (method) => void test.setMethod(method),
      })}
      <input
        id="sample-path"
        class="input mono"
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        placeholder=${routeRules.testPlaceholder}
        aria-label=${routeRules.testPath}
        aria-describedby="sample-result"
        .value=${test.path}
        @input=${(event: InputEvent) => test.setPath((event.currentTarget as HTMLInputElement).value)}
      />
      ${this.renderResult(test)}
    </div>`;
  }
}
