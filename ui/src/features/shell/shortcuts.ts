/** Runs the commands that have a shortcut. */
import { type KeybindingsMap, tinykeys } from "tinykeys";
import { shortcutCommands } from "../../commands";
import { type Command, currentContext, isAvailable } from "../../commands/command";
import type { Stores } from "../../stores";

const TEXT_ENTRY = "input:not([type=checkbox], [type=radio]), select, textarea, [role=textbox], [role=menu] *";

export const hasModifier = ({ keys = "" }: Command): boolean => keys.startsWith("$mod+");

/**
 * Returns the bindings of a shortcut. A letter is matched as it is typed; on layouts without Latin letters, such as
 * Cyrillic ones, by its place on the keyboard.
 */
export function bindings(keys: string, run: (event: KeyboardEvent) => void): KeybindingsMap {
  // On many layouts, `?` and `/` need Shift.
  if (!/[a-z]$/.test(keys)) return { [`[Shift]+${keys}`]: run };
  const byPlace = keys.replace(/\b[a-z]\b/g, (letter) => `Key${letter.toUpperCase()}`);
  const runIfForeign = (event: KeyboardEvent) => {
    if (isForeignLetter(event.key)) run(event);
  };
  return { [keys]: run, [byPlace]: runIfForeign };
}

const isForeignLetter = (key: string): boolean => /^\p{L}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key);

/** Whether a press of a single key must not run a command: while typing, over a dialog, or when turned off. */
function ignoresSingleKeys({ session }: Stores, { target }: Event): boolean {
  if (!session.settings.singleKeys || document.querySelector("dialog[open]")) return true;
  return target instanceof Element && target.matches(TEXT_ENTRY);
}

export function connectShortcuts(stores: Stores, commands = shortcutCommands): void {
  const map = (selected: readonly Command[]): KeybindingsMap =>
    Object.assign({}, ...selected.map((command) => bindings(command.keys ?? "", (event) => run(command, event))));
  const run = (command: Command, event: KeyboardEvent) => {
    const context = currentContext(stores);
    if (!isAvailable(command, context)) return;
    event.preventDefault();
    void command.run(context);
  };
  const isNoPress = (event: KeyboardEvent) => event.repeat || event.isComposing;
  tinykeys(window, map(commands.filter(hasModifier)), { ignore: isNoPress });
  tinykeys(window, map(commands.filter((command) => !hasModifier(command))), {
    ignore: (event) => isNoPress(event) || ignoresSingleKeys(stores, event),
  });
}
