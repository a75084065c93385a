/**
 * The base of the dialogs that can be canceled: native modal, closed by Esc or a click outside, but not while a command
 * runs. The one-time prompt is not one of them.
 */
import { html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { AppElement } from "./app-element";
import { type CommandError, toCommandError } from "./host/command-error";
import { strings } from "./strings";

export interface DialogParts {
  title: unknown;
  /** The line under the title. */
  about?: unknown;
  body: unknown;
  footer: unknown;
  role?: "dialog" | "alertdialog";
  /** The body contains nothing to focus: it gets the focus itself, to be scrolled with the keyboard. */
  isReadOnly?: boolean;
  /** Called when the form is submitted, but not while a command runs. */
  onSubmit?: () => void;
}

export abstract class ModalDialog extends AppElement {
  /** The request that opened the dialog. */
  @property({ attribute: false }) requestId = 0;
  @state() protected isBusy = false;
  /** The error of the last command, until the field that caused it is edited. */
  @state() protected error: CommandError | null = null;

  private pointerDownOnBackdrop = false;

  protected get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  protected override firstUpdated(): void {
    this.dialog?.showModal();
    this.focusFirst();
  }

  protected focusFirst(): void {
    const field = this.querySelector<HTMLInputElement>("dialog input[autofocus]");
    field?.focus();
    field?.select();
  }

  protected renderDialog({ title, about, body, footer, role, isReadOnly, onSubmit }: DialogParts) {
    const titleId = `${this.localName}-title`;
    const bodyId = `${this.localName}-body`;
    return html`<dialog
      class="dialog"
      tabindex="-1"
      role=${role ?? nothing}
      aria-labelledby=${titleId}
      aria-describedby=${role === "alertdialog" ? bodyId : nothing}
      @cancel=${this.onCancel}
      @close=${this.onClose}
      @pointerdown=${(event: PointerEvent) => (this.pointerDownOnBackdrop = event.target === this.dialog)}
      @click=${this.onClick}
    >
      <form
        novalidate
        @input=${this.onInput}
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          if (!this.isBusy) onSubmit?.();
        }}
      >
        <header>
          <h2 id=${titleId}>${title}</h2>
          ${about ? html`<p class="muted small">${about}</p>` : nothing}
        </header>
        <div
          class="dialog-body"
          id=${bodyId}
          tabindex=${isReadOnly ? 0 : nothing}
          role=${isReadOnly ? "group" : nothing}
          aria-labelledby=${isReadOnly ? titleId : nothing}
        >
          ${body}
        </div>
        <footer><span class="spacer"></span>${footer}</footer>
      </form>
    </dialog>`;
  }

  protected cancelButton(label = strings.general.cancel) {
    return html`<button type="button" class="button" @click=${() => this.close()} ?disabled=${this.isBusy}>
      ${label}
    </button>`;
  }

  private onInput(event: InputEvent): void {
    if ((event.target as HTMLElement).ariaInvalid === "true") this.error = null;
  }

  private onCancel(event: Event): void {
    event.preventDefault();
    this.dismiss();
  }

  /** Chromium closes a dialog on the second Esc even if `cancel` was prevented. */
  private onClose(): void {
    if (!this.isConnected || this.dialog?.open) return;
    if (this.isBusy) this.dialog?.showModal();
    else this.close();
  }

  private onClick(event: MouseEvent): void {
    if (event.target === this.dialog && this.pointerDownOnBackdrop && !this.isBusy) this.close();
  }

  /** Called by Esc. */
  protected dismiss(): void {
    if (!this.isBusy) this.close();
  }

  close(): void {
    // Closed before it is removed, because only `close()` of the native dialog restores the focus.
    if (this.dialog?.open) this.dialog.close();
    this.stores.dialogs.close(this.requestId);
  }

  private async focusError(): Promise<void> {
    await this.updateComplete;
    const field = this.querySelector<HTMLElement>("[aria-invalid=true]");
    (field ?? this.querySelector<HTMLElement>("footer button:last-child"))?.focus();
  }

  /** Runs the command of the dialog. Returns null if it failed; its error is shown at the field that caused it. */
  protected async submit<T>(run: () => Promise<T>): Promise<{ value: T } | null> {
    this.isBusy = true;
    this.error = null;
    try {
      return { value: await run() };
    } catch (error) {
      this.error = toCommandError(error);
      void this.focusError();
      return null;
    } finally {
      this.isBusy = false;
    }
  }
}
