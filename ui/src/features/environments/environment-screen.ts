/** One environment: its header and the shown page. */
import { html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { AppElement } from "../../app-element";
import type { Environment } from "../../host/types/Environment";
import type { Project } from "../../host/types/Project";
import type { Tab } from "../../routes";
import "../keys/api-keys";
import "../overview/environment-overview";
import "./environment-header";

@customElement("environment-screen")
export class EnvironmentScreen extends AppElement {
  @property({ attribute: false }) environment!: Environment;
  @property({ attribute: false }) project!: Project;
  @property({ attribute: false }) tab: Tab = "overview";

  private renderPage() {
    const { environment } = this;
    switch (this.tab) {
      case "overview":
        return html`<environment-overview .environment=${environment}></environment-overview>`;
      case "keys":
        return html`<api-keys .environment=${environment}></api-keys>`;
      case "gateway":
        return html`<environment-gateway .environment=${environment}></environment-gateway>`;
      case "playground":
        return html`<environment-playground .environment=${environment}></environment-playground>`;
    }
  }

  protected override render() {
    const { environment, project, tab } = this;
    return html`<environment-header
        .project=${project}
        .environment=${environment}
        .tab=${tab}
      ></environment-header>
      <div class="body">${keyed(`${environment.id}/${tab}`, this.renderPage())}</div>`;
  }
}
