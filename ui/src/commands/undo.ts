import { toCommandError } from "../host/command-error";
import type { Stores } from "../stores";
import type { ToastAction } from "../stores/toasts";
import { strings } from "../strings";
import type { Command } from "./command";

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

/** Undoes the last action that can be undone, and shows which one it was. */
export function undoLast({ toasts }: Stores): void {
  const last = toasts.takeUndo();
  if (!last) return;
  toasts.show(strings.toasts.undone(last.text));
  void last.action.run();
}

/** Whether a text field has the focus: it undoes what was typed, and selects its own text. */
export const isTyping = (): boolean =>
  document.activeElement?.matches("input:not([type=checkbox], [type=radio]), textarea") ?? false;

export const undoCommand: Command = {
  id: "app.undo",
  title: () => strings.commands.undo,
  icon: "undo",
  keys: "$mod+z",
  when: ({ stores: { toasts, dialogs, prompt } }) =>
    toasts.canUndo && dialogs.current === null && !dialogs.isConfirmingQuit && !prompt.isOpen && !isTyping(),
  run: ({ stores }) => undoLast(stores),
};
