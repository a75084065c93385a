/**
 * The base of the dialogs that confirm what cannot be undone. Where much depends on it, the name must be typed; Rust
 * compares it again.
 */
import { html } from "lit";
import { formError } from "./components/field";
import type { DialogParts } from "./modal-dialog";
import { NameConfirmedDialog } from "./name-confirmed-dialog";

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

export abstract class DestructiveDialog extends NameConfirmedDialog {
  protected renderDestructive(parts: DestructiveParts) {
    const { title, about, body, name, requiresName, action, onConfirm, fields = [] } = parts;
    this.requireName(requiresName);
    return this.renderDialog({
      title,
      about,
      role: "alertdialog",
      onSubmit: onConfirm,
      body: html`${body} ${this.renderName(name)} ${formError(this.error, [...fields, ...this.confirmationFields])}`,
      footer: html`${this.cancelButton()}<button
          class="button destructive"
          ?disabled=${this.isBusy || !this.isNameConfirmed(name)}
          data-busy=${this.isBusy}
        >
          ${action}
        </button>`,
    });
  }
}
