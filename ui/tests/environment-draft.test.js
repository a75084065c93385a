import { expect, test, vi } from "vitest";
import { EnvironmentDraft } from "../src/state/environment-draft.js";

/** @param {string} stage */
const preview = (stage) => ({ stage: /** @type {any} */ (stage), prefix: "ks_x", example: "ks_x_…", prefixProblem: null });

test("stage_is_guessed_until_chosen", async () => {
  const host = { previewEnvironment: vi.fn(async (fields) => preview(fields.stage ?? (fields.name === "prod" ? "production" : "development"))) };
  const draft = new EnvironmentDraft(host, () => {}, null, "development");
  await draft.requestPreview();
  draft.name = "prod";
  await draft.requestPreview();
  expect(draft.stage).toBe("production");
  draft.setStage("staging");
  await draft.requestPreview();
  expect(draft.fields.stage).toBe("staging");
  expect(host.previewEnvironment).toHaveBeenLastCalledWith({ name: "prod", stage: "staging", prefix: null, environmentId: null });
});

test("outdated_preview_is_dropped", async () => {
  /** @type {((value: any) => void)[]} */
  const responses = [];
  const host = { previewEnvironment: () => new Promise((resolve) => responses.push(resolve)) };
  const draft = new EnvironmentDraft(/** @type {any} */ (host), () => {});
  const second = draft.requestPreview();
  responses[1](preview("production"));
  await second;
  responses[0](preview("development"));
  await Promise.resolve();
  expect(draft.stage).toBe("production");
});

test("default_prefix_and_empty_endpoint_are_null", async () => {
  const draft = new EnvironmentDraft({ previewEnvironment: async () => preview("development") }, () => {}, null, "a");
  await draft.requestPreview();
  draft.setEndpoint("   ");
  expect(draft.fields).toEqual({ name: "a", stage: "development", prefix: null, endpoint: null, keyLocation: { kind: "default" } });
});

test("key_header_is_sent_only_for_its_location", async () => {
  const environment = /** @type {any} */ ({ id: "1", name: "a", stage: "staging", prefix: "ks_a", endpoint: null, keyLocation: { kind: "header", name: "x-acme-key" } });
  const draft = new EnvironmentDraft({ previewEnvironment: async () => preview("staging") }, () => {}, environment);
  expect(draft.fields.keyLocation, "an edited environment keeps its header").toEqual({ kind: "header", name: "x-acme-key" });
  draft.setKeyHeader(" X-Other-Key ");
  expect(draft.fields.keyLocation).toEqual({ kind: "header", name: "X-Other-Key" });
  draft.setKeyLocation("bearer");
  expect(draft.fields.keyLocation, "a hidden header name must not be sent").toEqual({ kind: "bearer" });
  draft.setKeyLocation("header");
  expect(draft.fields.keyLocation, "the typed header name must be kept").toEqual({ kind: "header", name: "X-Other-Key" });
});

test("submit_waits_for_the_preview_of_the_typed_name", async () => {
  const host = { previewEnvironment: async (/** @type {any} */ { name }) => preview(name === "production" ? "production" : "development") };
  const draft = new EnvironmentDraft(host, () => {}, null, "development");
  await draft.requestPreview();
  draft.setName("production");
  expect((await draft.settledFields()).stage, "fast typing must not turn production into development").toBe("production");
});
