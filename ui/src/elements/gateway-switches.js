/** Two switches for how a gateway forwards requests. */
import { html } from "lit";
import { toHostError } from "../host-error.js";
import { strings } from "../strings.js";
import { LightElement } from "./light-element.js";

/** @type {{field: "preserveHost" | "allowPreflight", label: string, about: string}[]} */
const SWITCHES = [
  { field: "preserveHost", label: strings.gateway.preserveHost, about: strings.gateway.preserveHostAbout },
  {
    field: "allowPreflight",
    label: strings.gateway.allowPreflights,
    about: strings.gateway.allowPreflightsAbout,
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
   * Sends the change; resets the checkbox if Rust rejects it.
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
