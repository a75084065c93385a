/** The whole page when the database could not be opened: what happened, what to do, and another try. */
import { html } from "lit";
import { icon } from "../elements/icons.js";
import { LightElement } from "../elements/light-element.js";
import { strings } from "../strings.js";

class StartFailure extends LightElement {
  firstUpdated() {
    this.find("button")?.focus();
  }

  render() {
    const { startFailure, starting } = this.state;
    return html`<main class="start-failure">
      <div role="alert">
        <span class="mark">${icon("mark")}</span>
        <h1>${strings.app.startFailed}</h1>
        <p><b>${startFailure?.message}</b></p>
        <p class="muted">${startFailure?.advice}</p>
      </div>
      <button type="button" class="button primary" data-busy=${starting} @click=${() => this.emit("start-wanted")}>${strings.common.tryAgain}</button>
    </main>`;
  }
}

customElements.define("start-failure", StartFailure);
