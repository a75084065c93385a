/** The configuration of another reverse proxy that checks keys with Keystile. Rust writes and copies it. */
import { html, nothing } from "lit";
import { toHostError } from "../host-error.js";
import { strings } from "../strings.js";
import "./copy-button.js";
import { failureBlock } from "./field.js";
import { LightElement } from "./light-element.js";
import { richText } from "./rich-text.js";

/** @typedef {import("../types/Proxy").Proxy} Proxy */

/** @type {Proxy[]} */
const PROXIES = ["nginx", "caddy", "traefik", "envoy"];

class ProxySnippet extends LightElement {
  static properties = {
    environment: { attribute: false },
    proxy: { state: true },
    text: { state: true },
    failure: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../types/Environment").Environment} */
    this.environment = /** @type {any} */ (undefined);
    /** @type {Proxy} */
    this.proxy = "nginx";
    this.text = "";
    /** @type {import("../host-error.js").HostError | null} */
    this.failure = null;
    this.latestRequest = 0;
    /** The endpoint and key location that the shown snippet contains. */
    this.writtenFor = "";
  }

  willUpdate() {
    const { endpoint, keyLocation } = this.environment;
    const named = JSON.stringify([endpoint, keyLocation]);
    if (this.writtenFor === named) return;
    this.writtenFor = named;
    void this.read();
  }

  /** @param {Proxy} proxy */
  choose(proxy) {
    this.proxy = proxy;
    void this.read();
  }

  /** Reads the snippet; drops the response if another proxy was chosen. */
  async read() {
    this.latestRequest += 1;
    const request = this.latestRequest;
    try {
      const text = await this.state.host.proxySnippet({ environmentId: this.environment.id, proxy: this.proxy });
      if (request !== this.latestRequest) return;
      this.text = text;
      this.failure = null;
    } catch (thrown) {
      if (request !== this.latestRequest) return;
      this.text = "";
      this.failure = toHostError(thrown);
    }
  }

  render() {
    const { environment, proxy } = this;
    const { host } = this.state;
    return html`<div class="section-head"><h2>${strings.proxy.title}</h2></div>
      <p class="small muted section-about">${richText(strings.proxy.about, { command: html`<code>${strings.proxy.command}</code>` })}</p>
      <div class="snippet-tools">
        <div class="segments" role="radiogroup" aria-label=${strings.proxy.label}>
          ${PROXIES.map(
            (value) => html`<label class="segment"
              ><input type="radio" name="proxy" .checked=${value === proxy} @change=${() => this.choose(value)} /><span
                >${strings.proxy.names[value]}</span
              ></label
            >`,
          )}
        </div>
        ${this.text
          ? html`<copy-button .copy=${() => host.copySnippet({ environmentId: environment.id, proxy: this.proxy })}></copy-button>`
          : nothing}
      </div>
      ${this.failure
        ? failureBlock(this.failure)
        : html`<pre class="snippet" tabindex="0" role="region" aria-label=${strings.proxy.configuration}><code>${this.text}</code></pre>`}`;
  }
}

customElements.define("proxy-snippet", ProxySnippet);
