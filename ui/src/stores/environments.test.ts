import { beforeEach, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Environment } from "../host/types/Environment";
import type { EnvironmentInput } from "../host/types/EnvironmentInput";
import type { Stores } from ".";
import { countChanges, deferred, environmentFixture, fakeStores, keyFixture, keyPageFixture, projectFixture } from "./test-fixtures";

const busy = () => Promise.reject(new CommandError("database_busy", "The database is busy."));
const input: EnvironmentInput = { name: "qa", stage: "staging", prefix: null, endpoint: null, keyLocation: null };

function newHost() {
  return {
    listProjects: vi.fn<Host["listProjects"]>(async () => [projectFixture()]),
    listEnvironments: vi.fn<Host["listEnvironments"]>(async () => [environmentFixture("e"), environmentFixture("f")]),
    createEnvironment: vi.fn<Host["createEnvironment"]>(async () => environmentFixture("qa", { name: "qa" })),
    editEnvironment: vi.fn<Host["editEnvironment"]>(async () => environmentFixture("e", { name: "qa" })),
    deleteEnvironment: vi.fn<Host["deleteEnvironment"]>(async () => null),
    listKeys: vi.fn<Host["listKeys"]>(async () => keyPageFixture([keyFixture()])),
  };
}

let host: ReturnType<typeof newHost>;
let stores: Stores;

beforeEach(async () => {
  host = newHost();
  stores = fakeStores(host);
  await stores.environments.read("p");
});

test("environment is found in its project", () => {
  expect(stores.environments.find("p", "e")?.id).toBe("e");
  expect(stores.environments.find("other", "e")).toBeNull();
});

test("unchanged environments keep their identity", async () => {
  const before = stores.environments.find("p", "e");
  host.listEnvironments.mockResolvedValue([environmentFixture("e"), environmentFixture("f", { name: "qa" })]);
  await stores.environments.read("p");
  expect(stores.environments.find("p", "e")).toBe(before);
  expect(stores.environments.find("p", "f")?.name).toBe("qa");
});

test("unchanged list announces no change", async () => {
  const changes = countChanges(stores.environments);
  await stores.environments.read("p");
  expect(changes()).toBe(0);
});

test("older read does not overwrite a newer one", async () => {
  const older = deferred<Environment[]>();
  host.listEnvironments.mockReturnValueOnce(older.promise);
  const reading = stores.environments.read("p");
  host.listEnvironments.mockResolvedValueOnce([environmentFixture("e", { name: "new" })]);
  await stores.environments.read("p");
  older.resolve([environmentFixture("e", { name: "old" })]);
  await reading;
  expect(stores.environments.find("p", "e")?.name).toBe("new");
});

test("failed read keeps the list and its error until the next read", async () => {
  host.listEnvironments.mockImplementationOnce(busy);
  await stores.environments.read("p");
  expect(stores.environments.failures.get("p")?.message).toBe("The database is busy.");
  expect(stores.environments.byProject.get("p")).toHaveLength(2);
  const changes = countChanges(stores.environments);
  await stores.environments.read("p");
  expect(stores.environments.failures.size).toBe(0);
  expect(changes(), "the error disappears").toBe(1);
});

test("created environment is listed, and the counts of the projects are read", async () => {
  host.listEnvironments.mockResolvedValue([environmentFixture("e"), environmentFixture("qa")]);
  host.listProjects.mockResolvedValue([projectFixture("p", { environments: 2 })]);
  expect((await stores.environments.create("p", input)).id).toBe("qa");
  expect(stores.environments.find("p", "qa")).not.toBeNull();
  expect(stores.projects.find("p")?.environments).toBe(2);
});

test("create succeeds even if the lists cannot be read afterwards", async () => {
  host.listEnvironments.mockImplementation(busy);
  host.listProjects.mockImplementation(busy);
  expect((await stores.environments.create("p", input)).id).toBe("qa");
});

test("rejected create throws", async () => {
  host.createEnvironment.mockRejectedValue(new CommandError("name_taken", "Taken."));
  await expect(stores.environments.create("p", input)).rejects.toThrow("Taken.");
});

test("edited environment is returned and read again", async () => {
  host.listEnvironments.mockResolvedValue([environmentFixture("e", { name: "qa" })]);
  const edited = await stores.environments.edit(environmentFixture("e"), { name: "qa" });
  expect(host.editEnvironment).toHaveBeenCalledWith({ environmentId: "e", changes: { name: "qa" } });
  expect([edited.name, stores.environments.find("p", "e")?.name]).toEqual(["qa", "qa"]);
});

test("deleted environment is forgotten with its keys", async () => {
  await stores.keys.read("e");
  host.listEnvironments.mockResolvedValue([environmentFixture("f")]);
  await stores.environments.delete(environmentFixture("e"), "staging");
  expect(host.deleteEnvironment).toHaveBeenCalledWith({ environmentId: "e", confirmation: "staging" });
  expect([stores.environments.find("p", "e"), stores.keys.isRead("e")]).toEqual([null, false]);
});
