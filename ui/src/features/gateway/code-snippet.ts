/** A program that sends a request with a key to the gateway, in several languages. */
import { html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import "../../components/copy-button";
import { richText } from "../../components/rich-text";
import { segments } from "../../components/segments";
import type { Environment } from "../../host/types/Environment";
import type { Gateway } from "../../host/types/Gateway";
import { keyHeader } from "../../lib/key-header";
import { gatewayUrl } from "../../stores/gateways";
import { strings } from "../../strings";
import { connect } from "../../strings/connect";
import { codeSample, type Language, LANGUAGES } from "./code-samples";

/** The language that was chosen last, for the session. */
let lastLanguage: Language = "curl";

@customElement("code-snippet")
export class CodeSnippet extends AppElement {
  @property({ attribute: false }) gateway!: Gateway;
  @property({ attribute: false }) environment!: Environment;

  @state() private language = lastLanguage;

  /** The URL that clients call; null while there is none. */
  private get url(): string | null {
    const base = gatewayUrl(this.gateway) || this.environment.endpoint;
    if (!base) return null;
    return this.gateway.sample ? `${base}${strings.gateway.samplePath}` : `${base.replace(/\/$/, "")}/`;
  }

  protected override render() {
    const { language, url } = this;
    const sample = { url: url ?? connect.exampleUrl, header: keyHeader(this.environment.keyLocation) };
    const text = codeSample(language, sample);
    const about = url === null ? connect.noAddress : connect.codeAbout;
    const variable = html`<code>${connect.variable}</code>`;
    return html`<p class="small muted section-about">
        ${richText(about, { url: html`<code>${url}</code>`, variable })}
      </p>
      <div class="snippet-tools">
        ${segments({
          name: "language",
          label: connect.language,
          value: language,
          choices: LANGUAGES.map((value) => ({ value, label: connect.languages[value] })),
          onChange: (value) => (this.language = lastLanguage = value),
        })}
        <copy-button .copy=${() => this.stores.host.copyText({ text })}></copy-button>
      </div>
      <pre
        class="snippet"
        tabindex="0"
        role="region"
        aria-label=${connect.code}
      ><code>${text}</code></pre>`;
  }
}
