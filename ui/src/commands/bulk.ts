/** What the user can do with all selected keys. They are loaded after the first screen. */
import type { IconName } from "../components/icons";
import { toCommandError } from "../host/command-error";
import type { BulkResult } from "../host/types/BulkResult";
import type { Environment } from "../host/types/Environment";
import { restoreFocus } from "../lib/focus";
import type { Stores } from "../stores";
import type { BulkVerb } from "../stores/dialogs";
import { bulk, dryRun } from "../strings/bulk";
import type { Command, CommandContext } from "./command";
import { elementsRendered } from "./rendered";
import { selectAllCommand, shownKeyList } from "./selection";
import { undoAction } from "./undo";

/** Opens the dialog that changes the selected keys of an environment. */
export async function changeSelectedKeys(stores: Stores, environment: Environment, verb: BulkVerb): Promise<void> {
  const { view, rows } = stores.keys.list(environment.id);
  await stores.dialogs.open({ kind: "bulk", environment, verb });
  // The rows may have left the list, and so has the button that opened the dialog.
  await elementsRendered();
  restoreFocus(document, [view.currentId ?? "", rows.row(0)?.id ?? ""]);
}

/** Reads what shows the keys of an environment again. Never fails: the lists keep their errors. */
export const readChangedKeys = async ({ keys }: Stores, environmentId: string): Promise<void> => {
  await Promise.all([keys.read(environmentId), keys.refreshSingles()]);
};

/** Shows what a change of many keys did, with Undo where it can be undone. `text` is about the keys that it changed. */
export function reportBulkChange(stores: Stores, environmentId: string, result: BulkResult, text: string): void {
  const { host, toasts } = stores;
  const { undoId, unchanged } = result;
  const undo = async (id: string) => {
    const undone = await host.undoBulkChange({ undoId: id }).catch((error: unknown) => {
      // Nothing was undone, so it can be tried again.
      if (toCommandError(error).code !== "undo_expired") toasts.show(dryRun.notUndone, action);
      throw error;
    });
    const restored = dryRun.restored(undone.restored, undone.unchanged);
    toasts.show(dryRun.withUnchanged(restored, undone.unchanged));
    await readChangedKeys(stores, environmentId);
  };
  const action = undoId === null ? null : undoAction(stores, () => undo(undoId));
  toasts.show(dryRun.withUnchanged(text, unchanged), action);
}

/** Dismisses the notices of an environment whose keys are revoked by now. */
export async function dismissRevoked({ host, notices, toasts }: Stores, environmentId: string): Promise<void> {
  const noticed = notices.list.filter((notice) => notice.environmentId === environmentId);
  if (noticed.length === 0) return;
  try {
    const keys = await host.findKeys({ keyIds: noticed.map(({ keyId }) => keyId) });
    await Promise.all(keys.filter(({ state }) => state === "revoked").map(({ id }) => notices.dismissKey(id)));
  } catch (error) {
    toasts.error(toCommandError(error));
  }
}

const selectedCount = (context: CommandContext): number => shownKeyList(context)?.selected.count ?? 0;

const forSelection = (verb: BulkVerb, icon: IconName, fields: Partial<Command> = {}): Command => ({
  id: `keys.${verb}`,
  title: (context) => bulk.commands[verb](selectedCount(context)),
  menuTitle: bulk.verbs[verb],
  icon,
  when: (context) => context.environment !== null && selectedCount(context) > 0,
  run: ({ stores, environment }) => environment && changeSelectedKeys(stores, environment, verb),
  ...fields,
});

/** What can be done with the selected keys, in the order of the bar; also the items of their menu. */
export const bulkCommands: readonly Command[] = [
  forSelection("disable", "pause"),
  forSelection("enable", "play"),
  forSelection("extend", "clock", { separated: true }),
  forSelection("tags", "edit"),
  forSelection("owner", "edit"),
  forSelection("revoke", "trash", { danger: true, separated: true }),
];

/** What the palette offers first while keys are selected. */
export const selectionCommands: readonly Command[] = [
  ...bulkCommands,
  {
    id: "keys.clear-selection",
    title: () => bulk.clearSelection,
    icon: "close",
    when: (context) => selectedCount(context) > 0,
    run: (context) => shownKeyList(context)?.selected.clear(),
  },
];

/** The palette is open and has the focus, which the shortcut does not allow. */
export const selectAllInPalette: Command = {
  ...selectAllCommand,
  when: (context) => (shownKeyList(context)?.rows.total ?? 0) > 0,
};
