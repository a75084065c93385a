/** Messages at the edge of the window, with Undo for reversible actions. */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { AppElement } from "../../app-element";
import { icon } from "../../components/icons";
import { restoreFocus } from "../../lib/focus";
import type { Store } from "../../lib/store";
import type { Toast } from "../../stores/toasts";
import { strings } from "../../strings";

@customElement("toast-stack")
export class ToastStack extends AppElement {
  private hadFocus = false;

  protected override observed(): Store[] {
    return [this.stores.toasts];
  }

  protected override willUpdate(): void {
    this.hadFocus = this.contains(document.activeElement);
  }

  /** Restores the focus if the message with the focus is gone, and nothing else got it by now. */
  protected override updated(): void {
    if (this.hadFocus) setTimeout(() => restoreFocus(document));
  }

  private onAction(toast: Toast): void {
    this.stores.toasts.dismiss(toast.id);
    void toast.action?.run();
  }

  private renderToast(toast: Toast) {
    const { id, text, advice, isError, action } = toast;
    return html`<div class="toast ${isError ? "bad" : ""}">
      ${icon(isError ? "problem" : "check")}
      <p>${isError ? html`<b>${text}</b> ${advice}` : text}</p>
      ${action
        ? html`<button type="button" class="button small-button" @click=${() => this.onAction(toast)}>
            ${action.label}
          </button>`
        : nothing}
      <button
        type="button"
        class="icon-button"
        aria-label=${strings.general.dismiss}
        @click=${() => this.stores.toasts.dismiss(id)}
      >
        ${icon("close")}
      </button>
    </div>`;
  }

  protected override render() {
    return html`<div class="toasts" role="status">
      ${repeat(
        this.stores.toasts.list,
        ({ id }) => id,
        (toast) => this.renderToast(toast),
      )}
    </div>`;
  }
}
