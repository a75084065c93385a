import { beforeEach, expect, test } from "vitest";
import { HostError } from "../src/host-error.js";
import { readPlace } from "../src/state/place.js";
import { WindowState } from "../src/state/window-state.js";

/** @type {string[]} */
let called;
/** @type {any} */
let host;
/** @type {WindowState} */
let state;

const project = { id: "p", name: "Sample", environments: 1, activeKeys: 0, createdAt: 1 };
const environment = { id: "e", projectId: "p", projectName: "Sample", name: "sample" };
const trial = { keyId: "id", name: "reader", projectId: "p", environmentId: "e" };
const playground = readPlace("#/projects/p/environments/e/playground");

beforeEach(() => {
  called = [];
  host = {
    endTrial: async () => (called.push("endTrial"), null),
    listEnvironments: async () => [environment],
    listKeys: async () => [],
    showGateway: async () => ({ environmentId: "e", running: true, address: "127.0.0.1:7420", conflict: null }),
    listDecisions: async () => [],
    createSample: async () => ({ project, environment }),
    issueKey: async (/** @type {any} */ fields) => (called.push(`issue ${fields.name} ${fields.write}`), { ticket: "t" }),
  };
  state = new WindowState(host);
  state.library.projects = [project];
});

test.each(["#/settings", "#/projects/p/environments/e/keys", "#/projects/p/environments/f/playground", "#/projects/p/environments"])(
  "trial_ends_at_%s",
  async (elsewhere) => {
    state.playground.setTrial(trial);
    await state.go(playground);
    expect(state.playground.ownTrial?.name).toBe("reader");
    await state.go(playground);
    expect(called, "reading the tab again is not leaving it").toEqual([]);
    await state.go(readPlace(elsewhere));
    expect(called).toEqual(["endTrial"]);
  },
);

test("sample_has_a_read_only_key_named_reader", async () => {
  const { prompt } = await state.createSample();
  expect([prompt?.ticket, called]).toEqual(["t", ["issue reader false"]]);
  expect(state.library.environment("p", "e")?.name, "its tab needs the environment").toBe("sample");
});

test("sample_is_shown_without_a_key_if_issuing_fails", async () => {
  host.issueKey = async () => {
    throw new HostError("database_busy", "The database is busy.", "Try again.");
  };
  const made = await state.createSample();
  expect([made.environment.id, made.prompt]).toEqual(["e", null]);
  expect(state.toasts.list[0].text, "the user must learn why there is no key").toBe("The database is busy.");
});
