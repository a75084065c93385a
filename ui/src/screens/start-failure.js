/** The page shown when the database cannot be opened: the error, its advice, and Try again. */
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
      <button type="button" class="button primary" data-busy=${starting} @click=${() => this.emit("retry-start")}>${strings.general.tryAgain}</button>
    </main>`;
  }
}

customElements.define("start-failure", StartFailure);
