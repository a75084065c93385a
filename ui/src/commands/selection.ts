/** Selects the keys of the shown list. */
import type { KeyList } from "../stores/key-list";
import { strings } from "../strings";
import type { Command, CommandContext } from "./command";
import { isTyping } from "./undo";

/** Returns the shown list of keys; null on other pages. */
export function shownKeyList({ stores: { navigation, keys } }: CommandContext): KeyList | null {
  const { route } = navigation;
  return route.page === "environment" && route.tab === "keys" ? keys.list(route.environmentId) : null;
}

/** The web engine would select the text of the page. In the details of a key it still does. */
export const selectAllCommand: Command = {
  id: "keys.select-all",
  title: () => strings.commands.selectAll,
  icon: "check",
  keys: "$mod+a",
  when: (context) => {
    const { dialogs, prompt } = context.stores;
    const isInText = isTyping() || document.activeElement?.closest("key-panel");
    const isCovered = dialogs.current !== null || dialogs.isConfirmingQuit || prompt.isOpen;
    return !isCovered && !isInText && (shownKeyList(context)?.rows.total ?? 0) > 0;
  },
  run: (context) => shownKeyList(context)?.selected.selectAll(),
};
