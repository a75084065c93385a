/** What the user can do with environments. */
import type { IconName } from "../components/icons";
import { toCommandError } from "../host/command-error";
import type { Environment } from "../host/types/Environment";
import type { EnvironmentChanges } from "../host/types/EnvironmentChanges";
import type { EnvironmentInput } from "../host/types/EnvironmentInput";
import type { Project } from "../host/types/Project";
import { gatewayHref, keysHref, overviewHref, playgroundHref, type Tab } from "../routes";
import type { Stores } from "../stores";
import { isSameKeyLocation } from "../stores/key-location";
import { strings } from "../strings";
import type { Command } from "./command";
import { undoAction } from "./undo";

export const newEnvironment = (stores: Stores, project: Project): Promise<void> =>
  stores.dialogs.open({ kind: "new-environment", project });

export const editEnvironment = (stores: Stores, project: Project, environment: Environment): Promise<void> =>
  stores.dialogs.open({ kind: "edit-environment", project, environment });

async function copyLink({ host, toasts }: Stores, { id }: Environment): Promise<void> {
  try {
    await host.copyEnvironmentDetail({ environmentId: id, detail: "link" });
    toasts.show(strings.toasts.copiedLink);
  } catch (error) {
    toasts.error(toCommandError(error));
  }
}

export const deleteEnvironment = (stores: Stores, environment: Environment): Promise<void> =>
  stores.dialogs.open({ kind: "delete-environment", environment });

type Lifetimes = Pick<EnvironmentChanges, "defaultDays" | "maxDays">;

/** Shows that an environment was saved, with Undo. */
export function reportEdit(stores: Stores, before: Environment, after: Environment): void {
  const reverted = changedFields(after, before);
  if (Object.keys(reverted).length === 0) return;
  const undo = undoAction(stores, () => stores.environments.edit(after, reverted));
  stores.toasts.show(strings.toasts.saved(after.name), undo, after.id);
}

/**
 * Returns the fields of `after` that differ from `before`. Save and Undo set only these: others may have changed
 * meanwhile. A prefix or key location of null was not entered, and neither were missing lifetimes.
 */
export function changedFields(before: Environment, after: EnvironmentInput & Lifetimes): EnvironmentChanges {
  const fields: EnvironmentChanges = {};
  if (before.name !== after.name) fields.name = after.name;
  if (before.stage !== after.stage) fields.stage = after.stage;
  if (after.prefix !== null && before.prefix !== after.prefix) fields.prefix = after.prefix;
  if (before.endpoint !== after.endpoint) fields.endpoint = after.endpoint;
  const { keyLocation } = after;
  if (keyLocation && !isSameKeyLocation(before.keyLocation, keyLocation)) fields.keyLocation = keyLocation;
  if (after.defaultDays !== undefined && before.defaultDays !== after.defaultDays) fields.defaultDays = after.defaultDays;
  if (after.maxDays !== undefined && before.maxDays !== after.maxDays) fields.maxDays = after.maxDays;
  return fields;
}

/** Saves the given fields of an environment and offers Undo. */
export async function patchEnvironment(
  stores: Stores,
  environment: Environment,
  changes: EnvironmentChanges,
): Promise<void> {
  const current = stores.environments.find(environment.projectId, environment.id) ?? environment;
  const edited = await stores.environments.edit(current, changes);
  reportEdit(stores, current, edited);
}

const PAGE_NAMES = {
  ...strings.environment.tabs,
  rules: strings.gateway.routeRules,
  connect: strings.commands.connect,
};

const pageCommand = (
  id: Tab | "rules" | "connect",
  icon: IconName,
  keys: string,
  href: (projectId: string, environmentId: string) => string,
): Command => ({
  id: `environment.${id}`,
  title: ({ environment }) => strings.commands.openTab(PAGE_NAMES[id], environment?.name ?? ""),
  icon,
  keys,
  when: ({ environment }) => environment !== null,
  run: ({ stores, environment }) => environment && stores.navigation.go(href(environment.projectId, environment.id)),
});

/** The pages of an environment. */
export const environmentPages: readonly Command[] = [
  pageCommand("overview", "environments", "g o", overviewHref),
  pageCommand("keys", "key", "g k", keysHref),
  pageCommand("gateway", "gateway", "g g", gatewayHref),
  pageCommand("rules", "gateway", "g r", (projectId, id) => gatewayHref(projectId, id, "rules")),
  pageCommand("connect", "copy", "g c", (projectId, id) => gatewayHref(projectId, id, "connect")),
  pageCommand("playground", "terminal", "g p", playgroundHref),
];

export const newKeyCommand: Command = {
  id: "key.new",
  title: ({ environment }) => strings.commands.newKey(environment?.name ?? ""),
  icon: "key",
  when: ({ environment }) => environment !== null,
  run: ({ stores, environment }) => environment && stores.dialogs.open({ kind: "new-key", environment }),
};

/** What can be done with an environment; also the items of its menu. */
export const environmentCommands: readonly Command[] = [
  {
    id: "environment.edit",
    title: ({ environment }) => strings.commands.edit(environment?.name ?? ""),
    menuTitle: strings.general.edit,
    icon: "edit",
    when: ({ environment, project }) => environment !== null && project !== null,
    run: ({ stores, project, environment }) => project && environment && editEnvironment(stores, project, environment),
  },
  {
    id: "environment.copy-link",
    title: ({ environment }) => strings.commands.copyLink(environment?.name ?? ""),
    menuTitle: strings.environment.copyLink,
    icon: "copy",
    when: ({ environment }) => environment !== null,
    run: ({ stores, environment }) => environment && copyLink(stores, environment),
  },
  {
    id: "environment.delete",
    title: ({ environment }) => strings.commands.delete(environment?.name ?? ""),
    menuTitle: strings.general.delete,
    icon: "trash",
    danger: true,
    separated: true,
    when: ({ environment }) => environment !== null,
    run: ({ stores, environment }) => environment && deleteEnvironment(stores, environment),
  },
];
