/** The entries of the palette. */
import { paletteCommands } from "../../commands";
import { selectAllInPalette, selectionCommands } from "../../commands/bulk";
import { currentContext, isAvailable } from "../../commands/command";
import { showKey } from "../../commands/key";
import { openProject } from "../../commands/project";
import type { IconName } from "../../components/icons";
import type { FoundKey } from "../../host/types/FoundKey";
import { bestMatches } from "../../lib/match";
import { environmentHomeHref } from "../../routes";
import type { Stores } from "../../stores";
import { strings } from "../../strings";
import { palette } from "../../strings/palette";
import { productionFirst } from "../environments/environment-list";

export interface PaletteItem {
  id: string;
  icon: IconName;
  title: string;
  /** Where it is, or its state. */
  detail: string;
  /** More words by which it is found. */
  terms?: string;
  /** Its shortcut, in the syntax of tinykeys. */
  keys?: string | undefined;
  danger?: boolean;
  run: () => unknown;
}

export interface PaletteGroup {
  id: string;
  title: string;
  items: PaletteItem[];
}

/** The most entries of a group while nothing is searched, and while something is. */
const MAX_SUGGESTED = 8;
const MAX_MATCHES = 12;

/** Returns the entries for a search. Keys are found by Rust and given in their order. */
export function paletteGroups(stores: Stores, search: string, foundKeys: readonly FoundKey[]): PaletteGroup[] {
  const { groups } = palette;
  const isSearch = search.trim() !== "";
  const select = (items: PaletteItem[]) =>
    isSearch
      ? bestMatches(items, search, ({ title, detail, terms = "" }) => `${title} ${detail} ${terms}`).slice(0, MAX_MATCHES)
      : items.slice(0, MAX_SUGGESTED);
  return [
    { id: "environments", title: groups.environments, items: select(environmentItems(stores, isSearch)) },
    { id: "keys", title: groups.keys, items: foundKeys.slice(0, MAX_MATCHES).map((key) => keyItem(stores, key)) },
    { id: "projects", title: groups.projects, items: isSearch ? select(projectItems(stores)) : [] },
    { id: "actions", title: groups.actions, items: isSearch ? select(actionItems(stores)) : actionItems(stores) },
  ].filter(({ items }) => items.length > 0);
}

/** The environments of the project; a search finds those of all projects. */
function environmentItems(stores: Stores, isSearch: boolean): PaletteItem[] {
  const { projects, environments, navigation } = stores;
  const own = projects.list.filter(({ id }) => id === navigation.project?.id);
  const others = isSearch ? projects.list.filter((project) => !own.includes(project)) : [];
  return [...own, ...others].flatMap(({ id, name }) =>
    productionFirst(environments.byProject.get(id) ?? []).map((environment) => ({
      id: `environment-${environment.id}`,
      icon: "environments" as const,
      title: environment.name,
      detail: name,
      terms: environment.stage,
      run: () => navigation.go(environmentHomeHref(environment)),
    })),
  );
}

const keyItem = (stores: Stores, key: FoundKey): PaletteItem => ({
  id: `key-${key.id}`,
  icon: "key",
  title: key.name,
  detail: [
    strings.general.environmentPath(key.projectName, key.environmentName),
    ...(key.state === "active" ? [] : [strings.keys.states[key.state]]),
  ].join(" · "),
  run: () => openKey(stores, key),
});

/** Opens the keys of a found key and highlights it. */
export const openKey = (stores: Stores, { id, environmentId, projectId }: FoundKey): Promise<void> =>
  showKey(stores, { projectId, environmentId, keyId: id });

const projectItems = (stores: Stores): PaletteItem[] =>
  stores.projects.list.map(({ id, name }) => ({
    id: `project-${id}`,
    icon: "project",
    title: name,
    detail: strings.sidebar.project,
    run: () => openProject(stores, id),
  }));

function actionItems(stores: Stores): PaletteItem[] {
  const context = currentContext(stores);
  return [...selectionCommands, ...paletteCommands, selectAllInPalette]
    .filter((command) => isAvailable(command, context))
    .map((command) => ({
      id: command.id.replaceAll(".", "-"),
      icon: command.icon,
      title: command.title(context),
      detail: "",
      keys: command.keys,
      danger: command.danger ?? false,
      run: () => command.run(context),
    }));
}
