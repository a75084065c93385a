/** What the user can do with projects. */
import type { MenuItem } from "../components/action-menu";
import { toCommandError } from "../host/command-error";
import type { Project } from "../host/types/Project";
import type { Prompt } from "../host/types/Prompt";
import { randomId } from "../lib/random-id";
import { environmentsHref, keysHref } from "../routes";
import type { Stores } from "../stores";
import { plainKey } from "../stores/key-input";
import { strings } from "../strings";
import { type Command, type CommandContext, menuItems } from "./command";
import { newEnvironment } from "./environment";
import { undoAction } from "./undo";

const SAMPLE_KEY_NAME = "reader";

export const openProject = (stores: Stores, projectId: string): Promise<void> =>
  stores.navigation.go(environmentsHref(projectId));

export const newProject = (stores: Stores): Promise<void> => stores.dialogs.open({ kind: "new-project" });

export const renameProject = (stores: Stores, project: Project): Promise<void> =>
  stores.dialogs.open({ kind: "rename-project", project });

export const deleteProject = (stores: Stores, project: Project): Promise<void> =>
  stores.dialogs.open({ kind: "delete-project", project });

/** Shows that a project was renamed, with Undo. */
export function reportRename(stores: Stores, project: Project, name: string): void {
  if (name === project.name) return;
  const undo = undoAction(stores, () => stores.projects.rename(project.id, project.name));
  stores.toasts.show(strings.toasts.renamed(name), undo, project.id);
}

/** Creates a project with the sample API and a first key, and opens the key's prompt. */
export async function createSampleProject(stores: Stores): Promise<void> {
  const environment = await stores.projects.createSample();
  let prompt: Prompt | null = null;
  try {
    prompt = await stores.prompt.issue({
      environmentId: environment.id,
      key: plainKey(SAMPLE_KEY_NAME, false),
      idempotencyKey: randomId(),
    });
  } catch (error) {
    stores.toasts.error(toCommandError(error));
  }
  void stores.navigation.go(keysHref(environment.projectId, environment.id));
  if (prompt) stores.prompt.open(prompt);
}

const newProjectCommand: Command = {
  id: "project.new",
  title: () => strings.sidebar.newProject,
  icon: "plus",
  separated: true,
  run: ({ stores }) => newProject(stores),
};

const renameProjectCommand: Command = {
  id: "project.rename",
  title: ({ project }) => strings.commands.rename(project?.name ?? ""),
  menuTitle: strings.sidebar.renameProject,
  icon: "edit",
  separated: true,
  when: ({ project }) => project !== null,
  run: ({ stores, project }) => project && renameProject(stores, project),
};

const deleteProjectCommand: Command = {
  id: "project.delete",
  title: ({ project }) => strings.commands.delete(project?.name ?? ""),
  menuTitle: strings.sidebar.deleteProject,
  icon: "trash",
  danger: true,
  when: ({ project }) => project !== null,
  run: ({ stores, project }) => project && deleteProject(stores, project),
};

/** What can be done with a project. */
export const projectCommands: readonly Command[] = [
  {
    id: "project.environments",
    title: () => strings.sidebar.environments,
    icon: "environments",
    keys: "g e",
    when: ({ project }) => project !== null,
    run: ({ stores, project }) => project && openProject(stores, project.id),
  },
  {
    id: "project.new-environment",
    title: () => strings.environments.new,
    icon: "plus",
    when: ({ project }) => project !== null,
    run: ({ stores, project }) => project && newEnvironment(stores, project),
  },
  newProjectCommand,
  renameProjectCommand,
  deleteProjectCommand,
];

/** The menu of the project switcher: all projects, then the commands for the current one. */
export function projectMenu(stores: Stores, current: Project | null): MenuItem[] {
  const context: CommandContext = { stores, project: current, environment: null };
  return [
    ...stores.projects.list.map(({ id, name }) => ({
      label: name,
      checked: id === current?.id,
      run: () => void openProject(stores, id),
    })),
    ...menuItems([newProjectCommand, renameProjectCommand, deleteProjectCommand], context),
  ];
}
