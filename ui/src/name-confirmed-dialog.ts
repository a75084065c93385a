/** The base of the dialogs that require a typed name where much depends on it; Rust compares it again. */
import { nothing } from "lit";
import { state } from "lit/decorators.js";
import { fieldError, textField } from "./components/field";
import { withNames } from "./components/user-name";
import { ModalDialog } from "./modal-dialog";
import { strings } from "./strings";

export abstract class NameConfirmedDialog extends ModalDialog {
  @state() private typedName = "";

  private requiresName = false;

  /** What was typed to confirm; null if nothing was. */
  protected get confirmation(): string | null {
    return this.typedName === "" ? null : this.typedName;
  }

  /** The field that shows its own error. */
  protected get confirmationFields(): string[] {
    return this.requiresName ? ["confirmation"] : [];
  }

  /** Sets whether the name must be typed. The field stays when what required the name changes meanwhile. */
  protected requireName(requiresName: boolean): void {
    this.requiresName ||= requiresName || this.error?.code === "name_required";
  }

  protected isNameConfirmed(name: string): boolean {
    return !this.requiresName || this.typedName.trim() === name;
  }

  protected renderName(name: string) {
    if (!this.requiresName) return nothing;
    return textField({
      id: "typed-name",
      label: withNames(strings.general.typeToConfirm, name),
      value: this.typedName,
      onInput: (typed) => (this.typedName = typed),
      error: fieldError(this.error, ["confirmation"]),
      autofocus: true,
    });
  }
}
