/** What the user can do with environments. */
import type { MenuItem } from "../components/action-menu";
import type { Environment } from "../host/types/Environment";
import type { EnvironmentInput } from "../host/types/EnvironmentInput";
import type { Project } from "../host/types/Project";
import type { Stores } from "../stores";
import { isSameKeyLocation } from "../stores/key-location";
import { strings } from "../strings";
import { undoAction } from "./undo";

export const newEnvironment = (stores: Stores, project: Project): Promise<void> =>
  stores.dialogs.open({ kind: "new-environment", project });

export const editEnvironment = (stores: Stores, project: Project, environment: Environment): Promise<void> =>
  stores.dialogs.open({ kind: "edit-environment", project, environment });

export const deleteEnvironment = (stores: Stores, environment: Environment): Promise<void> =>
  stores.dialogs.open({ kind: "delete-environment", environment });

/** Shows that an environment was saved, with Undo. */
export function reportEdit(stores: Stores, before: Environment, after: Environment): void {
  const reverted = changedFields(after, before);
  if (Object.keys(reverted).length === 0) return;
  const undo = undoAction(stores, () => {
    const current = stores.environments.find(after.projectId, after.id) ?? after;
    return stores.environments.edit(current, { ...inputOf(current), ...reverted });
  });
  stores.toasts.show(strings.toasts.saved(after.name), undo, after.id);
}

/** Returns the fields of `after` that differ from `before`. Undo sets only these: others may have changed meanwhile. */
export function changedFields(before: Environment, after: Environment): Partial<EnvironmentInput> {
  const fields: Partial<EnvironmentInput> = {};
  if (before.name !== after.name) fields.name = after.name;
  if (before.stage !== after.stage) fields.stage = after.stage;
  if (before.prefix !== after.prefix) fields.prefix = after.prefix;
  if (before.endpoint !== after.endpoint) fields.endpoint = after.endpoint;
  if (!isSameKeyLocation(before.keyLocation, after.keyLocation)) fields.keyLocation = after.keyLocation;
  return fields;
}

const inputOf = ({ name, stage, prefix, endpoint, keyLocation }: Environment): EnvironmentInput => ({
  name,
  stage,
  prefix,
  endpoint,
  keyLocation,
});

export function environmentCommands(stores: Stores, project: Project, environment: Environment): MenuItem[] {
  return [
    { label: strings.general.edit, run: () => void editEnvironment(stores, project, environment) },
    { label: strings.general.delete, danger: true, run: () => void deleteEnvironment(stores, environment) },
  ];
}
