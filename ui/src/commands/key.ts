/** What the user can do with a key. */
import type { MenuItem } from "../components/action-menu";
import { toCommandError } from "../host/command-error";
import type { ClosedPrompt } from "../host/types/ClosedPrompt";
import type { Environment } from "../host/types/Environment";
import type { Key } from "../host/types/Key";
import { restoreFocus } from "../lib/focus";
import { playgroundHref } from "../routes";
import type { Stores } from "../stores";
import { isUsable } from "../stores/key-state";
import type { ToastGroup } from "../stores/toasts";
import { strings } from "../strings";
import { undoAction } from "./undo";

const DISABLED: ToastGroup = { id: "keys disabled", summarize: strings.toasts.disabledKeys };
const ENABLED: ToastGroup = { id: "keys enabled", summarize: strings.toasts.enabledKeys };

/** Opens the dialog for a new key; the one-time prompt follows. */
export const createKey = (stores: Stores, environment: Environment): Promise<void> =>
  stores.dialogs.open({ kind: "new-key", environment });

/** Disables a key and offers Undo. `rows` are the ids of the keys to focus if its row leaves the list. */
export async function disableKey(stores: Stores, key: Key, rows: string[] = [key.id]): Promise<void> {
  const { keys } = stores;
  const message = strings.toasts.disabled(key.name);
  await changeWithUndo(stores, key, rows, DISABLED, message, () => keys.disable(key), () => keys.enable(key));
}

/** Enables a key and offers Undo. `rows` are the ids of the keys to focus if its row leaves the list. */
export async function enableKey(stores: Stores, key: Key, rows: string[] = [key.id]): Promise<void> {
  const { keys } = stores;
  const message = strings.toasts.enabled(key.name);
  await changeWithUndo(stores, key, rows, ENABLED, message, () => keys.enable(key), () => keys.disable(key));
}

/** Asks for confirmation, then revokes a key. `rows` are the ids of the keys to focus if its row leaves the list. */
export async function revokeKey(
  stores: Stores,
  key: Key,
  environment: Environment,
  rows: string[] = [key.id],
): Promise<void> {
  await stores.dialogs.open({ kind: "revoke-key", key, environment });
  restoreFocus(document, rows);
}

export async function copyKeyFromKeychain({ keys, toasts }: Stores, key: Key): Promise<void> {
  try {
    await keys.copyFromKeychain(key);
    toasts.show(strings.toasts.copied(key.name));
  } catch (error) {
    toasts.error(toCommandError(error));
  }
}

/** Asks for confirmation, then removes a key from the keychain. */
export async function removeKeyFromKeychain(stores: Stores, key: Key): Promise<void> {
  await stores.dialogs.open({ kind: "remove-from-keychain", key });
  restoreFocus(document, [key.id]);
}

/** Opens the key list and highlights a key. */
export const showKey = ({ navigation }: Stores, key: ClosedPrompt): Promise<void> => navigation.showKey(key);

/** Closes the one-time prompt and opens the Playground with its key. */
export async function tryNewKey({ prompt, playground, navigation, links }: Stores): Promise<void> {
  const trial = await prompt.tryInPlayground();
  if (!trial) return;
  await links.drop();
  playground.setTrial(trial);
  await navigation.go(playgroundHref(trial.projectId, trial.environmentId));
  await elementsRendered();
  document.querySelector<HTMLElement>("main [data-first]")?.focus();
}

export async function copyKeyId({ keys, toasts }: Stores, key: Key): Promise<void> {
  try {
    await keys.copyId(key);
    toasts.show(strings.toasts.copiedId);
  } catch (error) {
    toasts.error(toCommandError(error));
  }
}

/** Lists the commands of a key's menu. `rows` are the ids of the keys to focus if its row leaves the list. */
export const keyCommands = (
  stores: Stores,
  key: Key,
  environment: Environment,
  rows: string[] = [key.id],
): MenuItem[] => [
  { label: strings.keys.copyId, run: () => void copyKeyId(stores, key) },
  ...keyActions(stores, key, environment, rows),
];

/** Lists the commands that change a key or need its secret. */
export function keyActions(stores: Stores, key: Key, environment: Environment, rows: string[] = [key.id]): MenuItem[] {
  const items: MenuItem[] = [];
  if (key.keychain && isUsable(key)) {
    items.push({ label: strings.keys.copyFromKeychain, run: () => void copyKeyFromKeychain(stores, key) });
  }
  if (key.keychain) {
    items.push({ label: strings.keys.removeFromKeychain, run: () => void removeKeyFromKeychain(stores, key) });
  }
  if (isUsable(key)) {
    items.push(
      key.state === "disabled"
        ? { label: strings.keys.enable, run: () => void enableKey(stores, key, rows) }
        : { label: strings.keys.disable, run: () => void disableKey(stores, key, rows) },
      { label: strings.general.revoke, danger: true, run: () => void revokeKey(stores, key, environment, rows) },
    );
  }
  return items;
}

async function changeWithUndo(
  stores: Stores,
  key: Key,
  rows: string[],
  group: ToastGroup,
  message: string,
  change: () => Promise<void>,
  revert: () => Promise<void>,
): Promise<void> {
  const { toasts } = stores;
  try {
    await change();
  } catch (error) {
    toasts.error(toCommandError(error));
    return;
  }
  toasts.show(message, undoAction(stores, revert), key.id, group);
  await elementsRendered();
  restoreFocus(document, rows);
}

/** Waits until the elements have rendered the changes, which they do in microtasks. */
const elementsRendered = () => new Promise<void>((resolve) => setTimeout(resolve));
