/** All commands that need no more than the shown page. */
import { appCommands, paletteCommand } from "./app";
import type { Command } from "./command";
import { environmentCommands, environmentPages, newKeyCommand } from "./environment";
import { gatewayCommands } from "./gateway";
import { httpServiceCommands } from "./http-service";
import { keyCommands } from "./key";
import { pageCommands } from "./page";
import { projectCommands } from "./project";
import { selectAllCommand } from "./selection";
import { undoCommand } from "./undo";

/** The commands of the palette. */
export const paletteCommands: readonly Command[] = [
  newKeyCommand,
  ...keyCommands,
  ...environmentPages,
  ...gatewayCommands,
  ...environmentCommands,
  ...projectCommands,
  ...httpServiceCommands,
  ...appCommands,
];

/** The commands with a shortcut, in the order in which they are explained. */
export const shortcutCommands: readonly Command[] = [
  paletteCommand,
  undoCommand,
  selectAllCommand,
  ...pageCommands,
  ...paletteCommands,
].filter(({ keys }) => keys !== undefined);
