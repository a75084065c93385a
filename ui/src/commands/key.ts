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
import { strings } from "../strings";
import { type Command, type CommandContext, menuItems } from "./command";
import { disableKey, enableKey } from "./key-state";
import { elementsRendered } from "./rendered";

/** Opens the dialog for a new key; the one-time prompt follows. */
export const createKey = (stores: Stores, environment: Environment): Promise<void> =>
  stores.dialogs.open({ kind: "new-key", environment });

export const editKeyInDialog = (stores: Stores, key: Key, environment: Environment): Promise<void> =>
  stores.dialogs.open({ kind: "edit-key", key, environment });

/** Opens the dialog for a new expiry. */
export const extendKey = (stores: Stores, key: Key, environment: Environment): Promise<void> =>
  stores.dialogs.open({ kind: "extend-key", key, environment });

/** Opens the dialog that issues a new secret for a key; the one-time prompt follows. */
export const rotateKey = (stores: Stores, key: Key, environment: Environment): Promise<void> =>
  stores.dialogs.open({ kind: "rotate-key", key, environment });

/** Asks for confirmation, then ends the old secret of a rotated key. */
export const endOldSecret = (stores: Stores, key: Key): Promise<void> =>
  stores.dialogs.open({ kind: "end-old-secret", key });

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

/** The pauses that can be chosen, in minutes. */
export const PAUSE_MINUTES: readonly number[] = [2, 15];

interface KeyCommand extends Pick<Command, "icon" | "danger" | "separated"> {
  id: string;
  /** Names the command where it stands alone. */
  title: (name: string) => string;
  menuTitle: string;
  when: (key: Key) => boolean;
  run: (stores: Stores, key: Key, environment: Environment, rows: string[]) => Promise<void>;
}

const isEnabled = (key: Key): boolean => key.state === "active";

const forContext = ({ title, when, run, ...command }: KeyCommand): Command => ({
  ...command,
  title: ({ key }) => title(key?.name ?? ""),
  when: ({ key, environment }) => (key ? environment !== null && when(key) : false),
  run: ({ stores, key, environment, rows }) => key && environment && run(stores, key, environment, rows ?? [key.id]),
});

const pauseCommands: readonly Command[] = PAUSE_MINUTES.map((minutes) =>
  forContext({
    id: `key.disable-${minutes}`,
    title: (name) => strings.commands.disableFor(name, minutes),
    menuTitle: strings.keys.disableFor(minutes),
    icon: "pause",
    when: isUsable,
    run: (stores, key, _, rows) => disableKey(stores, key, rows, minutes * 60),
  }),
);

/** What can be done with a key; also the items of its menu. */
export const keyCommands: readonly Command[] = [
  forContext({
    id: "key.copy-id",
    title: strings.commands.copyKeyId,
    menuTitle: strings.keys.copyId,
    icon: "copy",
    when: () => true,
    run: copyKeyId,
  }),
  forContext({
    id: "key.copy-from-keychain",
    title: strings.commands.copyFromKeychain,
    menuTitle: strings.keys.copyFromKeychain,
    icon: "keychain",
    when: (key) => key.keychain && isUsable(key),
    run: copyKeyFromKeychain,
  }),
  forContext({
    id: "key.remove-from-keychain",
    title: strings.commands.removeFromKeychain,
    menuTitle: strings.keys.removeFromKeychain,
    icon: "keychain",
    when: (key) => key.keychain,
    run: removeKeyFromKeychain,
  }),
  forContext({
    id: "key.edit",
    title: strings.commands.edit,
    menuTitle: strings.general.edit,
    icon: "edit",
    separated: true,
    when: isUsable,
    run: editKeyInDialog,
  }),
  forContext({
    id: "key.extend",
    title: strings.commands.extend,
    menuTitle: strings.keys.extend,
    icon: "clock",
    when: (key) => isUsable(key) && key.expiresAt !== null,
    run: extendKey,
  }),
  forContext({
    id: "key.rotate",
    title: strings.commands.rotate,
    menuTitle: strings.keys.rotate,
    icon: "rotate",
    when: isUsable,
    run: rotateKey,
  }),
  forContext({
    id: "key.disable",
    title: strings.commands.disable,
    menuTitle: strings.keys.disable,
    icon: "pause",
    separated: true,
    when: isEnabled,
    run: (stores, key, _, rows) => disableKey(stores, key, rows),
  }),
  forContext({
    id: "key.enable",
    title: strings.commands.enable,
    menuTitle: strings.keys.enable,
    icon: "play",
    separated: true,
    when: (key) => key.state === "disabled",
    run: (stores, key, _, rows) => enableKey(stores, key, rows),
  }),
  ...pauseCommands,
  forContext({
    id: "key.revoke",
    title: strings.commands.revoke,
    menuTitle: strings.general.revoke,
    icon: "trash",
    danger: true,
    separated: true,
    when: isUsable,
    run: revokeKey,
  }),
];

/** Returns the context of a key's commands. `rows` are the ids of the keys to focus if its row leaves the list. */
export const keyContext = (
  stores: Stores,
  key: Key,
  environment: Environment,
  rows: string[] = [key.id],
): CommandContext => ({ stores, project: null, environment, key, rows });

/** Returns the items of a key's menu. */
export const keyMenu = (context: CommandContext): MenuItem[] => menuItems(keyCommands, context);

/** A button that does something, or offers choices. */
export interface KeyButton extends Omit<MenuItem, "run"> {
  run?: () => void;
  choices?: MenuItem[];
}

/** Returns the buttons in a key's details, which have the ID and the expiry themselves. Those for the keychain are last. */
export function keyButtons(context: CommandContext): KeyButton[] {
  const items = (ids: readonly string[]) => menuItems(keyCommands.filter(({ id }) => ids.includes(id)), context);
  const pauses = menuItems(pauseCommands, context);
  return [
    ...items(["key.edit", "key.rotate", "key.disable", "key.enable"]),
    ...(pauses.length === 0 ? [] : [{ label: strings.keys.pause, choices: pauses }]),
    ...items(["key.revoke"]),
    ...items(["key.copy-from-keychain", "key.remove-from-keychain"]),
  ];
}
