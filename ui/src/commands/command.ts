/** What the user can do, as data: menus, the palette and the shortcuts are made from the same list. */
import type { MenuItem } from "../components/action-menu";
import type { IconName } from "../components/icons";
import type { Environment } from "../host/types/Environment";
import type { Key } from "../host/types/Key";
import type { Project } from "../host/types/Project";
import type { Stores } from "../stores";

/** What a command applies to. */
export interface CommandContext {
  stores: Stores;
  project: Project | null;
  environment: Environment | null;
  /** The selected key of the shown list, or the one whose menu is open. */
  key?: Key | null;
  /** The ids of the keys to focus if the row of the key leaves the list. */
  rows?: string[];
}

export interface Command {
  id: string;
  /** Names the command where it stands alone, such as in the palette. */
  title: (context: CommandContext) => string;
  /** Names it in the menu of what it applies to. */
  menuTitle?: string;
  icon: IconName;
  /** The shortcut, in the syntax of tinykeys. */
  keys?: string;
  danger?: boolean;
  /** Draws a line above it in a menu. */
  separated?: boolean;
  when?: (context: CommandContext) => boolean;
  run: (context: CommandContext) => unknown;
}

/** The context of the shown page. */
export function currentContext(stores: Stores): CommandContext {
  const { navigation, environments, keys } = stores;
  const { project, route } = navigation;
  const environment = route.page === "environment" ? environments.find(route.projectId, route.environmentId) : null;
  const isKeyList = route.page === "environment" && route.tab === "keys";
  const currentId = isKeyList ? keys.list(route.environmentId).view.currentId : null;
  return { stores, project, environment, key: currentId === null ? null : keys.find(currentId) };
}

export const isAvailable = (command: Command, context: CommandContext): boolean => command.when?.(context) ?? true;

/** Returns the available commands as items of a menu. */
export const menuItems = (commands: readonly Command[], context: CommandContext): MenuItem[] =>
  commands
    .filter((command) => isAvailable(command, context))
    .map((command) => ({
      label: command.menuTitle ?? command.title(context),
      run: () => void command.run(context),
      ...(command.danger ? { danger: true } : {}),
      ...(command.separated ? { separated: true } : {}),
    }));
