/** The page shown when the start failed, for example because the database cannot be opened. */
import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { startApp } from "../../commands/app";
import { icon } from "../../components/icons";
import type { Store } from "../../lib/store";
import { strings } from "../../strings";

@customElement("start-failure")
export class StartFailure extends AppElement {
  protected override observed(): Store[] {
    return [this.stores.session];
  }

  protected override firstUpdated(): void {
    this.querySelector("button")?.focus();
  }

  protected override render() {
    const { failure, isStarting } = this.stores.session;
    return html`<main class="start-failure">
      <div role="alert">
        <span class="mark">${icon("mark")}</span>
        <h1>${strings.app.startFailed}</h1>
        <p><b>${failure?.message}</b></p>
        <p class="muted">${failure?.advice}</p>
      </div>
      <button type="button" class="button primary" data-busy=${isStarting} @click=${() => startApp(this.stores)}>
        ${strings.general.tryAgain}
      </button>
    </main>`;
  }
}
