/**
 * The base of the dialogs that can be canceled: native modal, closed by Esc or a click outside (not while a command
 * runs), and the focus is restored. The one-time prompt is not one of them.
 */
import { html, nothing } from "lit";
import { toHostError } from "../host-error.js";
import { strings } from "../strings.js";
import { LightElement } from "./light-element.js";

export class ModalDialog extends LightElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = { busy: { state: true }, failure: { state: true } };

  constructor() {
    super();
    this.busy = false;
    /** @type {import("../host-error.js").HostError | null} */
    this.failure = null;
    this.pressedOutside = false;
  }

  /** @returns {HTMLDialogElement} */
  get dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  firstUpdated() {
    this.dialog.showModal();
    this.focusFirst();
  }

  focusFirst() {
    const field = /** @type {HTMLInputElement | null} */ (this.dialog.querySelector("input[autofocus]"));
    field?.focus();
    field?.select();
  }

  /**
   * @param {object} parts
   * @param {string} parts.title
   * @param {unknown} [parts.about] the line under the title
   * @param {unknown} parts.body
   * @param {unknown} parts.footer
   * @param {"dialog" | "alertdialog"} [parts.role]
   * @param {() => void} [parts.submitted]
   */
  frame({ title, about, body, footer, role, submitted }) {
    const id = `${this.localName}-title`;
    return html`<dialog
      class="dialog"
      role=${role ?? nothing}
      aria-labelledby=${id}
      aria-describedby=${role === "alertdialog" ? `${this.localName}-body` : nothing}
      @cancel=${this.cancelled}
      @pointerdown=${(/** @type {PointerEvent} */ event) => (this.pressedOutside = event.target === this.dialog)}
      @click=${this.clicked}
    >
      <form
        novalidate
        @input=${this.edited}
        @submit=${(/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          if (!this.busy) submitted?.();
        }}
      >
        <header>
          <h2 id=${id}>${title}</h2>
          ${about ? html`<p class="muted small">${about}</p>` : nothing}
        </header>
        <div class="dialog-body" id="${this.localName}-body">${body}</div>
        <footer><span class="spacer"></span>${footer}</footer>
      </form>
    </dialog>`;
  }

  /** @param {string} [label] */
  cancelButton(label = strings.general.cancel) {
    return html`<button type="button" class="button" @click=${this.leave} ?disabled=${this.busy}>${label}</button>`;
  }

  /**
   * Clears the error of a field once the field is edited.
   *
   * @param {Event} event
   */
  edited(event) {
    if (/** @type {HTMLElement} */ (event.target).ariaInvalid === "true") this.failure = null;
  }

  /** @param {Event} event */
  cancelled(event) {
    event.preventDefault();
    if (!this.busy) this.leave();
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    if (event.target === this.dialog && this.pressedOutside && !this.busy) this.leave();
  }

  leave() {
    if (this.dialog.open) this.dialog.close();
    this.emit("dialog-closed");
  }

  /**
   * Runs the command of the dialog; shows its error in the dialog, at the field that caused it.
   *
   * @template T
   * @param {() => Promise<T>} act
   * @returns {Promise<{value: T} | null>} null if the command failed
   */
  async attempt(act) {
    this.busy = true;
    this.failure = null;
    try {
      return { value: await act() };
    } catch (thrown) {
      this.failure = toHostError(thrown);
      this.updateComplete.then(() => {
        const again = this.querySelector("[aria-invalid=true]") ?? this.querySelector("footer button:last-child");
        /** @type {HTMLElement | null} */ (again)?.focus();
      });
      return null;
    } finally {
      this.busy = false;
    }
  }
}
