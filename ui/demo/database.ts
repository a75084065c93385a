/** The data of the demo host, in memory, and the events that it sends. */
import { CommandError } from "../src/host/command-error";
import type { Host } from "../src/host/host";
import type { AppEvent } from "../src/host/types/AppEvent";
import type { Environment } from "../src/host/types/Environment";
import type { Key } from "../src/host/types/Key";
import type { Project } from "../src/host/types/Project";
import { acmeShop, manyKeys } from "./records";
import { scenarios } from "./scenario";

interface Database {
  projects: Pick<Project, "id" | "name" | "createdAt">[];
  environments: Environment[];
  keys: Key[];
}

export const database: Database = firstRecords();

function firstRecords(): Database {
  if (scenarios.has("first")) return { projects: [], environments: [], keys: [] };
  const { environments, keys } = acmeShop();
  const count = scenarios.has("huge") ? 100_000 : scenarios.has("many") ? 1000 : 0;
  for (const key of manyKeys(count)) keys.push(key);
  return { projects: [{ id: "acme", name: "Acme Shop", createdAt: 1 }], environments, keys };
}

let receive: (event: AppEvent) => void = () => {};

export const subscribe: Host["subscribe"] = async (receiver) => {
  receive = receiver;
  return null;
};

export const emit = (event: AppEvent): void => receive(event);

export const activeKeys = (environmentId: string): Key[] =>
  database.keys.filter((key) => key.environmentId === environmentId && key.state === "active");

export function viewProject(project: Database["projects"][number]): Project {
  const own = database.environments.filter(({ projectId }) => projectId === project.id);
  const counts = own.map(({ id }) => activeKeys(id).length);
  return { ...project, environments: own.length, activeKeys: counts.reduce((sum, count) => sum + count, 0) };
}

export function viewEnvironment(environment: Environment): Environment {
  const projectName = database.projects.find(({ id }) => id === environment.projectId)?.name ?? "";
  return { ...environment, projectName, activeKeys: activeKeys(environment.id).length };
}

export function findProject(id: string): Database["projects"][number] {
  return (
    database.projects.find((project) => project.id === id) ??
    fail("This project no longer exists.", "Go back to the projects.")
  );
}

export function findEnvironment(id: string): Environment {
  return (
    database.environments.find((environment) => environment.id === id) ??
    fail("This environment no longer exists.", "Go back to the environments.")
  );
}

export function findKey(id: string): Key {
  return database.keys.find((key) => key.id === id) ?? fail("This key no longer exists.", "Reload the list.");
}

function fail(message: string, advice: string): never {
  throw new CommandError("not_found", message, advice);
}

/** Changes a key and returns it. */
export function updateKey(id: string, changes: Partial<Key>): Key {
  const key = { ...findKey(id), ...changes };
  database.keys = database.keys.map((each) => (each.id === id ? key : each));
  return key;
}
