/** What a gateway does with a request beside checking its key: two switches, each with what it is for. */
import { html } from "lit";
import { toHostError } from "../host-error.js";
import { LightElement } from "./light-element.js";

/** @type {{field: "preserveHost" | "allowPreflight", label: string, about: string}[]} */
const SWITCHES = [
  { field: "preserveHost", label: "Keep the caller's Host", about: "Off, the API sees the host of its endpoint instead." },
  {
    field: "allowPreflight",
    label: "Pass CORS preflights",
    about: "Browsers ask before a page's request, and without a key. Only for an API that pages use.",
  },
];

class GatewaySwitches extends LightElement {
  static properties = { gateway: { attribute: false } };

  constructor() {
    super();
    /** @type {import("../types/Gateway").Gateway} */
    this.gateway = /** @type {any} */ (undefined);
  }

  /**
   * Shown at once; taken back when Rust refuses.
   *
   * @param {"preserveHost" | "allowPreflight"} field
   * @param {HTMLInputElement} box
   */
  async switched(field, box) {
    try {
      await this.state.gateways.edit(this.gateway.environmentId, { [field]: box.checked });
    } catch (thrown) {
      box.checked = this.gateway[field];
      this.state.toasts.fail(toHostError(thrown));
    }
  }

  render() {
    return SWITCHES.map(
      ({ field, label, about }) => html`<div class="setting-check">
        <input
          id="gateway-${field}"
          type="checkbox"
          aria-describedby="gateway-${field}-about"
          .checked=${this.gateway[field]}
          @change=${(/** @type {Event} */ event) => this.switched(field, /** @type {HTMLInputElement} */ (event.target))}
        />
        <div>
          <label for="gateway-${field}">${label}</label>
          <p class="faint small" id="gateway-${field}-about">${about}</p>
        </div>
      </div>`,
    );
  }
}

customElements.define("gateway-switches", GatewaySwitches);
