/** Messages at the edge of the window, with Undo for reversible actions. */
import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { strings } from "../strings.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";

class ToastStack extends LightElement {
  /** @param {import("../state/toasts.js").Toast} toast */
  acted(toast) {
    this.state.toasts.dismiss(toast.id);
    void toast.action?.run();
  }

  render() {
    const { toasts } = this.state;
    return html`<div class="toasts" role="status">
      ${repeat(
        toasts.list,
        (toast) => toast.id,
        (toast) => html`<div class="toast ${toast.failure ? "bad" : ""}">
          ${icon(toast.failure ? "problem" : "check")}
          <p>${toast.failure ? html`<b>${toast.text}</b> ${toast.advice}` : toast.text}</p>
          ${toast.action
            ? html`<button type="button" class="button small-button" @click=${() => this.acted(toast)}>
                ${toast.action.label}
              </button>`
            : nothing}
          <button type="button" class="icon-button" aria-label=${strings.general.dismiss} @click=${() => toasts.dismiss(toast.id)}>
            ${icon("close")}
          </button>
        </div>`,
      )}
    </div>`;
  }
}

customElements.define("toast-stack", ToastStack);
