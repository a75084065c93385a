import { toCommandError } from "../host/command-error";
import type { Stores } from "../stores";
import type { ToastAction } from "../stores/toasts";
import { strings } from "../strings";

/** Returns the Undo of a toast; a failure is shown as another toast. */
export const undoAction = (stores: Stores, undo: () => Promise<unknown>): ToastAction => ({
  label: strings.general.undo,
  run: async () => {
    try {
      await undo();
    } catch (error) {
      stores.toasts.error(toCommandError(error));
    }
  },
});
