/** How to connect to a guarded API: with code, or with another reverse proxy in front of it. */
import { html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { segments } from "../../components/segments";
import type { Environment } from "../../host/types/Environment";
import type { Gateway } from "../../host/types/Gateway";
import { connect } from "../../strings/connect";
import "./code-snippet";
import "./proxy-snippet";

type Way = "code" | "proxy";

const WAYS: readonly Way[] = ["code", "proxy"];

/** The way that was chosen last, for the session. */
let lastWay: Way = "code";

@customElement("gateway-connect")
export class GatewayConnect extends AppElement {
  @property({ attribute: false }) gateway!: Gateway;
  @property({ attribute: false }) environment!: Environment;

  @state() private way = lastWay;

  protected override render() {
    const { gateway, environment, way } = this;
    return html`<div class="section-head">
        <h2>${connect.title}</h2>
        <span class="spacer"></span>
        ${segments({
          name: "connect-way",
          label: connect.way,
          value: way,
          choices: WAYS.map((value) => ({ value, label: connect.ways[value] })),
          onChange: (value) => (this.way = lastWay = value),
        })}
      </div>
      ${way === "code"
        ? html`<code-snippet .gateway=${gateway} .environment=${environment}></code-snippet>`
        : html`<proxy-snippet .environment=${environment}></proxy-snippet>`}`;
  }
}
