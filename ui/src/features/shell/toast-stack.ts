/**
 * Messages at the edge of the window, with Undo for reversible actions. They stay while they are hovered or focused.
 * Errors are announced immediately, other messages when the screen reader is idle.
 */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { AppElement } from "../../app-element";
import { icon } from "../../components/icons";
import { ToastSpace } from "../../components/toast-space";
import { restoreFocus } from "../../lib/focus";
import type { Store } from "../../lib/store";
import type { Toast } from "../../stores/toasts";
import { strings } from "../../strings";

@customElement("toast-stack")
export class ToastStack extends AppElement {
  private hadFocus = false;

  constructor() {
    super();
    this.addController(new ToastSpace(this));
  }

  protected override observed(): Store[] {
    return [this.stores.toasts];
  }

  protected override willUpdate(): void {
    this.hadFocus = this.contains(document.activeElement);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("pointerover", this.onRead);
    this.addEventListener("focusin", this.onRead);
    this.addEventListener("pointerout", this.onLeave);
    this.addEventListener("focusout", this.onLeave);
  }

  private readonly onRead = () => this.stores.toasts.setBeingRead(true);

  private readonly onLeave = ({ relatedTarget }: PointerEvent | FocusEvent) => {
    if (!(relatedTarget instanceof Node && this.contains(relatedTarget))) this.stores.toasts.setBeingRead(false);
  };

  /** Restores the focus if the message with the focus is gone, and nothing else got it by now. */
  protected override updated(): void {
    if (this.hadFocus) setTimeout(() => restoreFocus(document));
    // A dismissed message is not read anymore, although it is under the pointer.
    if (this.stores.toasts.list.length === 0) this.stores.toasts.setBeingRead(false);
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

  private renderToasts(toasts: Toast[]) {
    return repeat(
      toasts,
      ({ id }) => id,
      (toast) => this.renderToast(toast),
    );
  }

  protected override render() {
    const { list } = this.stores.toasts;
    const messages = list.filter(({ isError }) => !isError);
    const errors = list.filter(({ isError }) => isError);
    return html`<div class="toasts">
      <div role="status" aria-atomic="false">${this.renderToasts(messages)}</div>
      <div role="alert" aria-atomic="false">${this.renderToasts(errors)}</div>
    </div>`;
  }
}
