/** The configuration of a proxy of one's own that asks Keystile: chosen, read and copied. Rust writes and copies it. */
import { html, nothing } from "lit";
import { toHostError } from "../host-error.js";
import "./copy-button.js";
import { failureBlock } from "./field.js";
import { LightElement } from "./light-element.js";

/** @typedef {import("../types/Proxy").Proxy} Proxy */

/** @type {{proxy: Proxy, label: string}[]} */
const PROXIES = [
  { proxy: "nginx", label: "nginx" },
  { proxy: "caddy", label: "Caddy" },
  { proxy: "traefik", label: "Traefik" },
  { proxy: "envoy", label: "Envoy" },
];

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
    this.asked = 0;
    /** The endpoint and key location that the text on show names. */
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

  /** The newest choice wins; a late answer to an older one is dropped. */
  async read() {
    this.asked += 1;
    const { asked } = this;
    try {
      const text = await this.state.host.proxySnippet({ environmentId: this.environment.id, proxy: this.proxy });
      if (asked !== this.asked) return;
      this.text = text;
      this.failure = null;
    } catch (thrown) {
      if (asked !== this.asked) return;
      this.text = "";
      this.failure = toHostError(thrown);
    }
  }

  render() {
    const { environment, proxy } = this;
    const { host } = this.state;
    return html`<div class="section-head"><h2>A proxy of your own</h2></div>
      <p class="small muted section-about">
        To guard the API with your own proxy instead of this gateway. It asks Keystile about each key and needs
        <code>keystile serve</code> running.
      </p>
      <div class="snippet-tools">
        <div class="segments" role="radiogroup" aria-label="Proxy">
          ${PROXIES.map(
            ({ proxy: value, label }) => html`<label class="segment"
              ><input type="radio" name="proxy" .checked=${value === proxy} @change=${() => this.choose(value)} /><span
                >${label}</span
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
        : html`<pre class="snippet" tabindex="0" role="region" aria-label="Configuration"><code>${this.text}</code></pre>`}`;
  }
}

customElements.define("proxy-snippet", ProxySnippet);
