/** Shows the requested dialog. The one-time prompt and the quit dialog are above it, outside of this element. */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { AppElement } from "./app-element";
import type { RevocationSubject } from "./features/keys/revocation-dialog";
import { restoreFocus } from "./lib/focus";
import type { Store } from "./lib/store";
import type { Dialog, OpenDialog } from "./stores/dialogs";
import { strings } from "./strings";

function revocationSubject(dialog: Extract<Dialog, { kind: "revoke-key" | "revoke-noticed" }>): RevocationSubject {
  if (dialog.kind === "revoke-key") {
    const { id, name } = dialog.key;
    const { projectName, name: environmentName, stage } = dialog.environment;
    const path = strings.general.environmentPath(projectName, environmentName);
    return { keyId: id, name, path, isProduction: stage === "production" };
  }
  const { keyId, name, projectName, environmentName, stage } = dialog.notice;
  const path = strings.general.environmentPath(projectName, environmentName);
  return { keyId, name, path, isProduction: stage === "production" };
}

@customElement("dialog-host")
export class DialogHost extends AppElement {
  private shownId: number | null = null;
  private wasConfirmingQuit = false;

  protected override observed(): Store[] {
    return [this.stores.dialogs];
  }

  protected override updated(): void {
    const { current, isConfirmingQuit } = this.stores.dialogs;
    const id = current?.id ?? null;
    const wasClosed = (this.shownId !== null && this.shownId !== id) || (this.wasConfirmingQuit && !isConfirmingQuit);
    this.shownId = id;
    this.wasConfirmingQuit = isConfirmingQuit;
    // After the elements have rendered, and after the command that opened the dialog may have focused a row.
    if (wasClosed) setTimeout(() => setTimeout(() => this.restoreFocus()));
  }

  private restoreFocus(): void {
    if (!this.stores.prompt.isOpen) restoreFocus(document);
  }

  private renderDialog({ id, dialog }: OpenDialog) {
    switch (dialog.kind) {
      case "new-project":
        return html`<project-dialog .requestId=${id}></project-dialog>`;
      case "rename-project":
        return html`<project-dialog .requestId=${id} .project=${dialog.project}></project-dialog>`;
      case "delete-project":
        return html`<deletion-dialog .requestId=${id} .project=${dialog.project}></deletion-dialog>`;
      case "new-environment":
        return html`<environment-dialog .requestId=${id} .project=${dialog.project}></environment-dialog>`;
      case "edit-environment":
        return html`<environment-dialog
          .requestId=${id}
          .project=${dialog.project}
          .environment=${dialog.environment}
        ></environment-dialog>`;
      case "delete-environment":
        return html`<deletion-dialog .requestId=${id} .environment=${dialog.environment}></deletion-dialog>`;
      case "new-key":
        return html`<new-key-dialog .requestId=${id} .environment=${dialog.environment}></new-key-dialog>`;
      case "edit-key":
        return html`<edit-key-dialog
          .requestId=${id}
          .key=${dialog.key}
          .environment=${dialog.environment}
        ></edit-key-dialog>`;
      case "extend-key":
        return html`<extend-key-dialog
          .requestId=${id}
          .key=${dialog.key}
          .environment=${dialog.environment}
        ></extend-key-dialog>`;
      case "rotate-key":
        return html`<rotation-dialog
          .requestId=${id}
          .key=${dialog.key}
          .environment=${dialog.environment}
        ></rotation-dialog>`;
      case "end-old-secret":
        return html`<old-secret-dialog .requestId=${id} .key=${dialog.key}></old-secret-dialog>`;
      case "revoke-key":
      case "revoke-noticed":
        return html`<revocation-dialog .requestId=${id} .subject=${revocationSubject(dialog)}></revocation-dialog>`;
      case "bulk":
        return html`<bulk-dialog
          .requestId=${id}
          .environment=${dialog.environment}
          .verb=${dialog.verb}
        ></bulk-dialog>`;
      case "remove-from-keychain":
        return html`<keychain-removal-dialog .requestId=${id} .key=${dialog.key}></keychain-removal-dialog>`;
      case "palette":
        return html`<command-palette .requestId=${id}></command-palette>`;
      case "shortcuts":
        return html`<shortcuts-dialog .requestId=${id}></shortcuts-dialog>`;
      case "licenses":
        return html`<licenses-dialog .requestId=${id}></licenses-dialog>`;
    }
  }

  protected override render() {
    const { current } = this.stores.dialogs;
    return current ? keyed(current.id, this.renderDialog(current)) : nothing;
  }
}
