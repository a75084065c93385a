import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CommandError } from "../../host/command-error";
import type { Host } from "../../host/host";
import type { Environment } from "../../host/types/Environment";
import type { EnvironmentPreview } from "../../host/types/EnvironmentPreview";
import type { Stage } from "../../host/types/Stage";
import { EnvironmentForm } from "./environment-form";

type PreviewFields = Parameters<Host["previewEnvironment"]>[0];

const preview = (stage: Stage): EnvironmentPreview => ({
  stage,
  prefix: "ks_x",
  example: "ks_x_…",
  otherStage: null, prefixProblem: null,
});

/** Guesses production from names that begin with "prod". */
const guess = async ({ name, stage }: PreviewFields) =>
  preview(stage ?? (name.startsWith("prod") ? "production" : "development"));

const settle = () => vi.advanceTimersByTimeAsync(1000);

const ENVIRONMENT: Environment = {
  id: "1",
  projectId: "2",
  projectName: "Acme",
  name: "a",
  stage: "staging",
  prefix: "ks_a",
  prefixFixed: false,
  endpoint: null,
  keyLocation: { kind: "header", name: "x-acme-key" },
  defaultDays: null,
  maxDays: null,
  activatedAt: null,
  activeKeys: 0,
  lastRequestAt: null,
  createdAt: 0,
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("stage is guessed from the name until it is chosen", async () => {
  const previewEnvironment = vi.fn(guess);
  const form = new EnvironmentForm({ previewEnvironment }, null, "development");
  form.setName("prod");
  await settle();
  expect(form.stage).toBe("production");
  form.setStage("staging");
  await settle();
  expect((await form.submitValues()).stage).toBe("staging");
  expect(previewEnvironment).toHaveBeenLastCalledWith({
    name: "prod",
    stage: "staging",
    prefix: null,
    environmentId: null,
  });
});

test("preview of an older name is dropped", async () => {
  const responses: ((preview: EnvironmentPreview) => void)[] = [];
  const form = new EnvironmentForm({ previewEnvironment: () => new Promise((resolve) => responses.push(resolve)) });
  form.setName("prod");
  await settle();
  expect(responses).toHaveLength(2);
  responses[1]?.(preview("production"));
  responses[0]?.(preview("development"));
  await settle();
  expect(form.stage).toBe("production");
});

test("preview that arrives while one types is dropped", async () => {
  const responses: ((preview: EnvironmentPreview) => void)[] = [];
  const form = new EnvironmentForm({ previewEnvironment: () => new Promise((resolve) => responses.push(resolve)) });
  form.setName("prod");
  responses[0]?.(preview("development"));
  const values = form.submitValues();
  await settle();
  responses[1]?.(preview("production"));
  expect((await values).stage).toBe("production");
});

test("submitting immediately after typing waits for the guess", async () => {
  const form = new EnvironmentForm({ previewEnvironment: guess }, null, "development");
  await settle();
  form.setName("production");
  expect((await form.submitValues()).stage).toBe("production");
});

test("submitting fails if the stage cannot be guessed", async () => {
  const previewEnvironment = async (fields: PreviewFields) => {
    if (fields.name === "production") throw new CommandError("busy", "The database is busy.");
    return guess(fields);
  };
  const form = new EnvironmentForm({ previewEnvironment }, null, "development");
  await settle();
  form.setName("production");
  await settle();
  await expect(form.submitValues()).rejects.toMatchObject({ code: "busy" });
  form.setStage("production");
  expect((await form.submitValues()).stage).toBe("production");
});

test("unedited prefix and blank endpoint are null", async () => {
  const form = new EnvironmentForm({ previewEnvironment: guess }, null, "a");
  form.setEndpoint("   ");
  expect(await form.submitValues()).toEqual({
    name: "a",
    stage: "development",
    prefix: null,
    endpoint: null,
    keyLocation: { kind: "default" },
  });
});

test("endpoint without a scheme gets one", async () => {
  const form = new EnvironmentForm({ previewEnvironment: guess }, null, "a");
  form.setEndpoint("localhost:18000");
  expect((await form.submitValues()).endpoint).toBe("http://localhost:18000");
});

test("key header is sent only for its location", async () => {
  const form = new EnvironmentForm({ previewEnvironment: guess }, ENVIRONMENT);
  const keyLocation = async () => (await form.submitValues()).keyLocation;
  expect(await keyLocation()).toEqual({ kind: "header", name: "x-acme-key" });
  form.setKeyHeader(" X-Other-Key ");
  expect(await keyLocation()).toEqual({ kind: "header", name: "X-Other-Key" });
  form.setKeyLocation("bearer");
  expect(await keyLocation()).toEqual({ kind: "bearer" });
  form.setKeyLocation("header");
  expect(await keyLocation(), "the typed name is kept").toEqual({ kind: "header", name: "X-Other-Key" });
});

test("other stage of a preview is not reported for a newer stage or an invalid prefix", async () => {
  let prefixProblem: string | null = null;
  const previewEnvironment = async (fields: PreviewFields): Promise<EnvironmentPreview> => ({
    ...(await guess(fields)),
    otherStage: fields.stage === "production" ? null : "production",
    prefixProblem,
  });
  const form = new EnvironmentForm({ previewEnvironment });
  await settle();
  expect(form.otherStage).toBe("production");
  form.setStage("production");
  expect(form.otherStage, "the preview is of the previous stage").toBeNull();
  prefixProblem = "Invalid prefix.";
  form.setStage("development");
  await settle();
  expect(form.otherStage, "the problem comes first").toBeNull();
});

test("stopped form requests no preview", async () => {
  const previewEnvironment = vi.fn(guess);
  const form = new EnvironmentForm({ previewEnvironment });
  await settle();
  form.setName("prod");
  form.stop();
  await settle();
  expect(previewEnvironment).toHaveBeenCalledTimes(1);
});
