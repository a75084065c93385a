/** Disables and enables keys, with Undo. `rows` are the ids of the keys to focus if the row of the key leaves the list. */
import { toCommandError } from "../host/command-error";
import type { Key } from "../host/types/Key";
import { restoreFocus } from "../lib/focus";
import { formatSince } from "../lib/format/date";
import type { Stores } from "../stores";
import { pauseEnd } from "../stores/key-state";
import type { ToastGroup } from "../stores/toasts";
import { strings } from "../strings";
import { elementsRendered } from "./rendered";
import { undoAction } from "./undo";

const DISABLED: ToastGroup = { id: "keys disabled", summarize: strings.toasts.disabledKeys };
const ENABLED: ToastGroup = { id: "keys enabled", summarize: strings.toasts.enabledKeys };

/** Disables a key, for a number of seconds or until it is enabled. */
export async function disableKey(
  stores: Stores,
  key: Key,
  rows: string[] = [key.id],
  pauseSeconds: number | null = null,
): Promise<void> {
  const { keys } = stores;
  await changeWithUndo(stores, key, rows, DISABLED, {
    change: () => keys.disable(key, pauseSeconds),
    revert: () => restore(stores, key),
    describe: (disabled) => {
      const end = pauseEnd(disabled);
      if (end === null) return strings.toasts.disabled(key.name);
      return strings.toasts.disabledUntil(key.name, formatSince(end, Date.now()));
    },
  });
}

/** Enables a key. */
export async function enableKey(stores: Stores, key: Key, rows: string[] = [key.id]): Promise<void> {
  const { keys } = stores;
  await changeWithUndo(stores, key, rows, ENABLED, {
    change: () => keys.enable(key),
    revert: () => restore(stores, key),
    describe: () => strings.toasts.enabled(key.name),
  });
}

/** Sets a key to the state that it had; a pause ends when it would have. */
async function restore({ keys }: Stores, before: Key): Promise<void> {
  const end = pauseEnd(before);
  const rest = end === null ? null : Math.ceil((end - Date.now()) / 1000);
  const isOver = rest !== null && rest <= 0;
  if (before.state === "active" || isOver) await keys.enable(before);
  else await keys.disable(before, rest);
}

interface Change<T> {
  change: () => Promise<T>;
  revert: () => Promise<unknown>;
  /** Returns the message about the result. */
  describe: (result: T) => string;
}

async function changeWithUndo<T>(
  stores: Stores,
  key: Key,
  rows: string[],
  group: ToastGroup,
  { change, revert, describe }: Change<T>,
): Promise<void> {
  const { toasts } = stores;
  let result: T;
  try {
    result = await change();
  } catch (error) {
    toasts.error(toCommandError(error));
    return;
  }
  toasts.show(describe(result), undoAction(stores, revert), key.id, group);
  await elementsRendered();
  restoreFocus(document, rows);
}
