/** What the user can do with the window itself. */
import type { Theme } from "../host/types/Theme";
import { settingsHref } from "../routes";
import type { Stores } from "../stores";
import { strings } from "../strings";
import type { Command } from "./command";

/** Reads the data of the first screen. Called again by Try again. */
export async function startApp(stores: Stores): Promise<void> {
  const { session, navigation } = stores;
  await session.begin();
  if (session.start) await navigation.showFirst();
}

export const openPalette = (stores: Stores): Promise<void> => stores.dialogs.open({ kind: "palette" });

export const showShortcuts = (stores: Stores): Promise<void> => stores.dialogs.open({ kind: "shortcuts" });

export const quit = (stores: Stores): Promise<void> => stores.session.requestQuit();

const themeCommand = (theme: Theme): Command => ({
  id: `app.theme.${theme}`,
  title: () => strings.commands.useTheme[theme],
  icon: "settings",
  when: ({ stores }) => stores.session.settings.theme !== theme,
  run: ({ stores }) => stores.session.changeSettings({ theme }),
});

export const paletteCommand: Command = {
  id: "app.palette",
  title: () => strings.commands.palette,
  icon: "search",
  keys: "$mod+k",
  when: ({ stores: { session, dialogs, prompt } }) =>
    session.start !== null && dialogs.current === null && !dialogs.isConfirmingQuit && !prompt.isOpen,
  run: ({ stores }) => openPalette(stores),
};

export const appCommands: readonly Command[] = [
  {
    id: "app.settings",
    title: () => strings.sidebar.settings,
    icon: "settings",
    keys: "g s",
    run: ({ stores }) => stores.navigation.go(settingsHref),
  },
  themeCommand("system"),
  themeCommand("light"),
  themeCommand("dark"),
  {
    id: "app.clear-clipboard",
    title: () => strings.commands.clearClipboard,
    icon: "copy",
    when: ({ stores }) => stores.clipboard.state !== null,
    run: ({ stores }) => stores.clipboard.clear(),
  },
  {
    id: "app.shortcuts",
    title: () => strings.commands.shortcuts,
    icon: "keyboard",
    keys: "?",
    run: ({ stores }) => showShortcuts(stores),
  },
  {
    id: "app.quit",
    title: () => strings.commands.quit,
    icon: "quit",
    keys: "$mod+q",
    run: ({ stores }) => quit(stores),
  },
];
