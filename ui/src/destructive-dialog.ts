/**
 * The base of the dialogs that confirm what cannot be undone. Where much depends on it, the name must be typed; Rust
 * compares it again.
 */
import { html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { fieldError, formError, textField } from "./components/field";
import { withNames } from "./components/user-name";
import { type DialogParts, ModalDialog } from "./modal-dialog";
import { strings } from "./strings";

export interface DestructiveParts extends Pick<DialogParts, "title" | "about"> {
  /** What happens. */
  body: unknown;
  /** The name of what is destroyed. */
  name: string;
  /** Whether the name must be typed. Once Rust has required it, it always must. */
  requiresName: boolean;
  /** The label of the button. */
  action: string;
  onConfirm: () => void;
  /** The fields of the body that show their own errors. */
  fields?: string[];
}

export abstract class DestructiveDialog extends ModalDialog {
  @state() private typedName = "";

  private requiresName = false;

  /** What was typed to confirm; null if nothing was. */
  protected get confirmation(): string | null {
    return this.typedName === "" ? null : this.typedName;
  }

  private renderName(name: string) {
    return textField({
      id: "typed-name",
      label: withNames(strings.general.typeToConfirm, name),
      value: this.typedName,
      onInput: (typed) => (this.typedName = typed),
      error: fieldError(this.error, ["confirmation"]),
      autofocus: true,
    });
  }

  protected renderDestructive(parts: DestructiveParts) {
    const { title, about, body, name, requiresName, action, onConfirm, fields = [] } = parts;
    // The field stays when what required the name changes meanwhile.
    this.requiresName ||= requiresName || this.error?.code === "name_required";
    const isConfirmed = !this.requiresName || this.typedName.trim() === name;
    return this.renderDialog({
      title,
      about,
      role: "alertdialog",
      onSubmit: onConfirm,
      body: html`${body} ${this.requiresName ? this.renderName(name) : nothing}
      ${formError(this.error, [...fields, ...(this.requiresName ? ["confirmation"] : [])])}`,
      footer: html`${this.cancelButton()}<button
          class="button destructive"
          ?disabled=${this.isBusy || !isConfirmed}
          data-busy=${this.isBusy}
        >
          ${action}
        </button>`,
    });
  }
}
