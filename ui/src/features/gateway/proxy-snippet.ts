/** The configuration of another reverse proxy that checks keys with Keystile. Rust writes and copies it. */
import { html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import "../../components/copy-button";
import { errorBanner } from "../../components/field";
import { richText } from "../../components/rich-text";
import { type CommandError, toCommandError } from "../../host/command-error";
import { segments } from "../../components/segments";
import type { Environment } from "../../host/types/Environment";
import type { Proxy } from "../../host/types/Proxy";
import { connect } from "../../strings/connect";
import "./http-service";

const PROXIES: readonly Proxy[] = ["nginx", "caddy", "traefik", "envoy"];

/** The proxy that was chosen last, for the session. */
let lastProxy: Proxy = "nginx";

@customElement("proxy-snippet")
export class ProxySnippet extends AppElement {
  @property({ attribute: false }) environment!: Environment;

  @state() private proxy = lastProxy;
  @state() private text = "";
  @state() private error: CommandError | null = null;

  private latestRequest = 0;
  /** What the snippet contains of the environment and the service, as JSON. */
  private snippetInput = "";

  protected override observed() {
    return [this.stores.httpService];
  }

  protected override willUpdate(): void {
    const { id, endpoint, keyLocation } = this.environment;
    const input = JSON.stringify([id, endpoint, keyLocation, this.stores.httpService.state?.address]);
    if (this.snippetInput === input) return;
    this.snippetInput = input;
    void this.read();
  }

  private selectProxy(proxy: Proxy): void {
    lastProxy = proxy;
    this.proxy = proxy;
    void this.read();
  }

  /** Reads the snippet; drops the response if another proxy was selected. */
  private async read(): Promise<void> {
    this.latestRequest += 1;
    const request = this.latestRequest;
    const { environment, proxy } = this;
    let text = "";
    let error: CommandError | null = null;
    try {
      text = await this.stores.host.proxySnippet({ environmentId: environment.id, proxy });
    } catch (thrown) {
      error = toCommandError(thrown);
    }
    if (request !== this.latestRequest) return;
    this.text = text;
    this.error = error;
  }

  protected override render() {
    const { host } = this.stores;
    const command = html`<code>${connect.command}</code>`;
    const copy = () => host.copySnippet({ environmentId: this.environment.id, proxy: this.proxy });
    return html`<p class="small muted section-about">${richText(connect.proxyAbout, { command })}</p>
      <http-service></http-service>
      <div class="snippet-tools">
        ${segments({
          name: "proxy",
          label: connect.proxy,
          value: this.proxy,
          choices: PROXIES.map((value) => ({ value, label: connect.proxies[value] })),
          onChange: (proxy) => this.selectProxy(proxy),
        })}
        ${this.text ? html`<copy-button .copy=${copy}></copy-button>` : nothing}
      </div>
      ${this.error
        ? errorBanner(this.error)
        : html`<pre
            class="snippet"
            tabindex="0"
            role="region"
            aria-label=${connect.configuration}
          ><code>${this.text}</code></pre>`}`;
  }
}
