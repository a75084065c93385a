/** The switches for how a gateway forwards requests and responses. */
import { html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { toCommandError } from "../../host/command-error";
import type { Gateway } from "../../host/types/Gateway";
import { strings } from "../../strings";

interface Switch {
  field: "preserveHost" | "allowPreflight" | "sunsetHeader";
  label: string;
  about: string;
}

const SWITCHES: readonly Switch[] = [
  { field: "preserveHost", label: strings.gateway.preserveHost, about: strings.gateway.preserveHostAbout },
  { field: "allowPreflight", label: strings.gateway.allowPreflights, about: strings.gateway.allowPreflightsAbout },
  { field: "sunsetHeader", label: strings.gateway.sunsetHeader, about: strings.gateway.sunsetHeaderAbout },
];

@customElement("gateway-switches")
export class GatewaySwitches extends AppElement {
  @property({ attribute: false }) gateway!: Gateway;

  /** Sends the change; resets the checkbox if Rust rejects it. */
  private async onChange(field: Switch["field"], checkbox: HTMLInputElement): Promise<void> {
    const { gateways, toasts } = this.stores;
    try {
      await gateways.edit(this.gateway.environmentId, { [field]: checkbox.checked });
    } catch (error) {
      checkbox.checked = this.gateway[field];
      toasts.error(toCommandError(error));
    }
  }

  protected override render() {
    return SWITCHES.map(
      ({ field, label, about }) => html`<div class="setting-check">
        <input
          id="gateway-${field}"
          type="checkbox"
          aria-describedby="gateway-${field}-about"
          .checked=${this.gateway[field]}
          @change=${(event: Event) => this.onChange(field, event.currentTarget as HTMLInputElement)}
        />
        <div>
          <label for="gateway-${field}">${label}</label>
          <p class="faint small" id="gateway-${field}-about">${about}</p>
        </div>
      </div>`,
    );
  }
}
