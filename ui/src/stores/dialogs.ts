/** The open dialog, at most one, and the confirmation of quitting, which is above it. */
import type { Environment } from "../host/types/Environment";
import type { Key } from "../host/types/Key";
import type { Notice } from "../host/types/Notice";
import type { Project } from "../host/types/Project";
import type { ServingGateway } from "../host/types/ServingGateway";
import { Store } from "../lib/store";

/** What a dialog says about the environment of a key. */
export type NamedEnvironment = Pick<Environment, "projectName" | "name" | "stage">;

/** What can be done with all selected keys. */
export type BulkVerb = "disable" | "enable" | "extend" | "tags" | "owner" | "revoke";

export type Dialog =
  | { kind: "new-project" }
  | { kind: "rename-project"; project: Project }
  | { kind: "delete-project"; project: Project }
  | { kind: "new-environment"; project: Project }
  | { kind: "edit-environment"; project: Project; environment: Environment }
  | { kind: "delete-environment"; environment: Environment }
  | { kind: "new-key"; environment: Environment }
  | { kind: "edit-key"; key: Key; environment: Environment }
  | { kind: "extend-key"; key: Key; environment: Environment }
  | { kind: "rotate-key"; key: Key; environment: NamedEnvironment }
  | { kind: "end-old-secret"; key: Key }
  | { kind: "revoke-key"; key: Key; environment: Environment }
  | { kind: "revoke-noticed"; notice: Notice }
  | { kind: "bulk"; verb: BulkVerb; environment: Environment }
  | { kind: "remove-from-keychain"; key: Key }
  | { kind: "palette" }
  | { kind: "shortcuts" }
  | { kind: "licenses" };

export interface QuitRequest {
  /** Whether a copied key is cleared from the clipboard. */
  clearsClipboard: boolean;
  /** The gateways that are stopped while they are in use. */
  gateways: ServingGateway[];
  /** The address of the HTTP service if it is stopped while it is in use. */
  httpService: string | null;
}

/** A dialog on the screen. `id` differs between two requests for the same kind. */
export interface OpenDialog {
  id: number;
  dialog: Dialog;
}

export class Dialogs extends Store {
  current: OpenDialog | null = null;
  /** What quitting ends, while the user is asked about it. */
  quitting: QuitRequest | null = null;

  private lastId = 0;
  private onClose: () => void = () => {};

  /** Opens a dialog instead of the current one. Resolves when it is closed. */
  open(dialog: Dialog): Promise<void> {
    this.onClose();
    this.lastId += 1;
    this.current = { id: this.lastId, dialog };
    this.changed();
    return new Promise((resolve) => (this.onClose = resolve));
  }

  /** Closes a dialog; does nothing if another one is open by now. */
  close(id: number): void {
    if (this.current?.id !== id) return;
    this.current = null;
    this.changed();
    this.onClose();
  }

  get isConfirmingQuit(): boolean {
    return this.quitting !== null;
  }

  confirmQuit(request: QuitRequest): void {
    this.quitting = request;
    this.changed();
  }

  cancelQuit(): void {
    this.quitting = null;
    this.changed();
  }
}
