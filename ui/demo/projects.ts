import { CommandError } from "../src/host/command-error";
import type { Host } from "../src/host/host";
import { activeKeys, database, findEnvironment, findProject, viewEnvironment, viewProject } from "./database";
import { base62, environmentRecord } from "./records";
import {
  checkConfirmation,
  checkEndpoint,
  checkKeyLocation,
  checkName,
  defaultPrefix,
  guessStage,
  namedStage,
  prefixProblem,
} from "./rules";
import { wait } from "./scenario";

export const createProject: Host["createProject"] = async ({ name, environment }) => {
  await wait();
  const checked = checkName(name, "projectName", database.projects.map((project) => project.name));
  if (environment) checkName(environment.name, "environmentName", []);
  const project = { id: base62(8), name: checked, createdAt: Date.now() };
  database.projects.push(project);
  const created = environment ? await createEnvironment({ projectId: project.id, environment }) : null;
  return { project: viewProject(project), environment: created };
};

export const listProjects: Host["listProjects"] = async () => database.projects.map(viewProject);

export const renameProject: Host["renameProject"] = async ({ projectId, name }) => {
  await wait();
  const project = findProject(projectId);
  const others = database.projects.filter(({ id }) => id !== projectId);
  project.name = checkName(name, "name", others.map((other) => other.name));
  return viewProject(project);
};

export const deleteProject: Host["deleteProject"] = async ({ projectId, confirmation }) => {
  await wait();
  const project = viewProject(findProject(projectId));
  if (project.activeKeys > 0) checkConfirmation(project.name, confirmation);
  database.projects = database.projects.filter(({ id }) => id !== projectId);
  database.environments = database.environments.filter((environment) => environment.projectId !== projectId);
  return null;
};

export const listEnvironments: Host["listEnvironments"] = async ({ projectId }) => {
  await wait();
  return database.environments.filter((environment) => environment.projectId === projectId).map(viewEnvironment);
};

const takenPrefixes = () => database.environments.map(({ prefix }) => prefix);

export const previewEnvironment: Host["previewEnvironment"] = async ({ name, stage, prefix, environmentId }) => {
  const own = database.environments.find(({ id }) => id === environmentId);
  const shown = prefix ?? own?.prefix ?? defaultPrefix(name);
  const previewed = stage ?? guessStage(name);
  const named = namedStage(shown);
  return {
    stage: previewed,
    prefix: shown,
    example: `${shown}_7Qf3aB2kLm9X_…`,
    otherStage: named === previewed ? null : named,
    prefixProblem: own?.prefix === shown ? null : prefixProblem(shown, takenPrefixes()),
  };
};

export const createEnvironment: Host["createEnvironment"] = async ({ projectId, environment: input }) => {
  await wait();
  const siblings = database.environments.filter((environment) => environment.projectId === projectId);
  const name = checkName(input.name, "environmentName", siblings.map((environment) => environment.name));
  const problem = input.prefix && prefixProblem(input.prefix, takenPrefixes());
  if (problem) throw new CommandError("invalid_prefix", problem, "Change the prefix.", "prefix");
  checkEndpoint(input.endpoint);
  checkKeyLocation(input.keyLocation);
  const created = environmentRecord(base62(8), {
    projectId,
    name,
    stage: input.stage,
    prefix: input.prefix ?? defaultPrefix(name),
    prefixFixed: false,
    endpoint: input.endpoint || null,
    keyLocation: input.keyLocation ?? { kind: "default" },
    activatedAt: null,
    createdAt: Date.now(),
  });
  database.environments.push(created);
  return viewEnvironment(created);
};

export const editEnvironment: Host["editEnvironment"] = async ({ environmentId, changes }) => {
  await wait();
  const environment = findEnvironment(environmentId);
  const siblings = database.environments.filter(
    ({ projectId, id }) => projectId === environment.projectId && id !== environmentId,
  );
  const edited = { ...environment, ...changes };
  edited.name = checkName(edited.name, "environmentName", siblings.map((sibling) => sibling.name));
  checkEndpoint(edited.endpoint);
  checkKeyLocation(edited.keyLocation);
  Object.assign(environment, edited);
  return viewEnvironment(environment);
};

export const deleteEnvironment: Host["deleteEnvironment"] = async ({ environmentId, confirmation }) => {
  await wait();
  const { name } = findEnvironment(environmentId);
  if (activeKeys(environmentId).length > 0) checkConfirmation(name, confirmation);
  database.environments = database.environments.filter(({ id }) => id !== environmentId);
  return null;
};
