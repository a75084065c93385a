import { beforeEach, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Environment } from "../host/types/Environment";
import type { Project } from "../host/types/Project";
import type { Stores } from ".";
import {
  countChanges,
  deferred,
  environmentFixture,
  fakeStores,
  gatewayFixture,
  keyFixture, keyPageFixture,
  projectFixture,
  requestFixture,
} from "./test-fixtures";

const busy = () => Promise.reject(new CommandError("database_busy", "The database is busy."));

function newHost() {
  return {
    listProjects: vi.fn<Host["listProjects"]>(async () => [projectFixture()]),
    listEnvironments: vi.fn<Host["listEnvironments"]>(async () => [environmentFixture()]),
    createProject: vi.fn<Host["createProject"]>(async ({ name }) => ({
      project: projectFixture("new", { name }),
      environment: environmentFixture("first", { projectId: "new" }),
    })),
    createSample: vi.fn<Host["createSample"]>(async () => ({
      project: projectFixture("sample"),
      environment: environmentFixture("first", { projectId: "sample" }),
    })),
    renameProject: vi.fn<Host["renameProject"]>(async ({ name }) => projectFixture("p", { name })),
    deleteProject: vi.fn<Host["deleteProject"]>(async () => null),
    listKeys: vi.fn<Host["listKeys"]>(async () => keyPageFixture([keyFixture()])),
    showGateway: vi.fn<Host["showGateway"]>(async () => gatewayFixture()),
    listRequests: vi.fn<Host["listRequests"]>(async () => ({
      requests: [requestFixture(1)],
      hasMore: false,
      total: 1,
      unlogged: 0,
    })),
    listRequestKeys: vi.fn<Host["listRequestKeys"]>(async () => []),
  };
}

let host: ReturnType<typeof newHost>;
let stores: Stores;

beforeEach(async () => {
  host = newHost();
  stores = fakeStores(host);
  await stores.projects.read();
});

test("project is found by its id", () => {
  expect(stores.projects.find("p")?.name).toBe("Acme Shop");
  expect(stores.projects.find("unknown")).toBeNull();
});

test("unchanged projects keep their identity and announce no change", async () => {
  const [before] = stores.projects.list;
  const changes = countChanges(stores.projects);
  await stores.projects.read();
  expect(stores.projects.list[0]).toBe(before);
  expect(changes()).toBe(0);
});

test("failed read keeps the list and throws", async () => {
  host.listProjects.mockImplementation(busy);
  await expect(stores.projects.read()).rejects.toThrow("The database is busy.");
  expect(stores.projects.list).toHaveLength(1);
});

test("older read does not overwrite a newer one", async () => {
  const older = deferred<Project[]>();
  host.listProjects.mockReturnValueOnce(older.promise);
  const reading = stores.projects.read();
  host.listProjects.mockResolvedValueOnce([projectFixture("p", { name: "new" })]);
  await stores.projects.read();
  older.resolve([projectFixture("p", { name: "old" })]);
  await reading;
  expect(stores.projects.find("p")?.name).toBe("new");
});

test("created project is listed with its first environment, without a change", async () => {
  const changes = [stores.projects, stores.environments].map(countChanges);
  const { project } = await stores.projects.create("Shop", null);
  expect(stores.projects.find(project.id)?.name).toBe("Shop");
  expect(stores.environments.find("new", "first")?.name).toBe("staging");
  expect(changes.map((count) => count()), "the navigation that follows renders both").toEqual([0, 0]);
});

test("created sample is listed with its environment", async () => {
  const environment = await stores.projects.createSample();
  expect(environment.id).toBe("first");
  expect(stores.projects.find("sample")).not.toBeNull();
  expect(stores.environments.find("sample", "first"), "its page needs the environment").not.toBeNull();
});

test("read that began before a creation does not remove the new project", async () => {
  const [oldProjects, oldEnvironments] = [deferred<Project[]>(), deferred<Environment[]>()];
  host.listProjects.mockReturnValueOnce(oldProjects.promise);
  host.listEnvironments.mockReturnValueOnce(oldEnvironments.promise);
  const reading = Promise.all([stores.projects.read(), stores.environments.read("new")]);
  host.listProjects.mockResolvedValueOnce([projectFixture("p", { name: "renamed" }), projectFixture("new")]);
  await stores.projects.create("Shop", null);
  oldProjects.resolve([projectFixture()]);
  oldEnvironments.resolve([]);
  await reading;
  expect(stores.projects.list.map(({ name }) => name), "other changes are read too").toEqual(["renamed", "Acme Shop"]);
  expect(stores.environments.find("new", "first")).not.toBeNull();
});

test("read that began before a deletion does not list the deleted project", async () => {
  const older = deferred<Project[]>();
  host.listProjects.mockReturnValueOnce(older.promise);
  const reading = stores.projects.read();
  host.listProjects.mockResolvedValueOnce([]);
  await stores.projects.delete("p", null);
  older.resolve([projectFixture()]);
  await reading;
  expect(stores.projects.list).toEqual([]);
});

test("renamed project and its environments are read again", async () => {
  host.listProjects.mockResolvedValue([projectFixture("p", { name: "Shop" })]);
  host.listEnvironments.mockResolvedValue([environmentFixture("e", { projectName: "Shop" })]);
  await stores.projects.rename("p", "Shop");
  expect(stores.projects.find("p")?.name).toBe("Shop");
  expect(stores.environments.find("p", "e")?.projectName).toBe("Shop");
});

test("rename succeeds even if the lists cannot be read afterwards", async () => {
  host.listProjects.mockImplementation(busy);
  host.listEnvironments.mockImplementation(busy);
  await expect(stores.projects.rename("p", "Shop")).resolves.toBeUndefined();
});

test("rejected rename throws", async () => {
  host.renameProject.mockRejectedValue(new CommandError("name_taken", "Taken."));
  await expect(stores.projects.rename("p", "Shop")).rejects.toThrow("Taken.");
});

test("deleted project is forgotten with everything below it", async () => {
  await stores.environments.read("p");
  await stores.keys.read("e");
  await stores.gateways.read("e");
  await stores.projects.delete("p", null);
  expect(stores.projects.list).toEqual([]);
  const { environments, keys, gateways } = stores;
  expect([environments.byProject.size, keys.isRead("e"), gateways.byEnvironment.size]).toEqual([0, false, 0]);
});
