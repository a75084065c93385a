import { expect, test } from "vitest";
import type { Environment } from "../host/types/Environment";
import { changedFields } from "./environment";

const ENVIRONMENT: Environment = {
  id: "1",
  projectId: "2",
  projectName: "Acme",
  name: "staging",
  stage: "staging",
  prefix: "ks_staging",
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

test("changed fields contain only what the user entered differently", () => {
  const entered: Partial<Environment> = { name: "qa", keyLocation: { kind: "header", name: "x-qa-key" } };
  const after: Environment = { ...ENVIRONMENT, ...entered, activeKeys: 3 };
  expect(changedFields(ENVIRONMENT, after)).toEqual(entered);
});

test("changed fields contain no prefix or key location that was not entered", () => {
  const entered = { name: "qa", stage: ENVIRONMENT.stage, prefix: null, endpoint: null, keyLocation: null };
  expect(changedFields(ENVIRONMENT, entered)).toEqual({ name: "qa" });
});

test("changed fields of an unchanged environment are empty", () => {
  expect(changedFields(ENVIRONMENT, { ...ENVIRONMENT, keyLocation: { ...ENVIRONMENT.keyLocation } })).toEqual({});
});

test("changed fields contain the lifetimes of new keys if they were entered", () => {
  expect(changedFields(ENVIRONMENT, { ...ENVIRONMENT, defaultDays: 90 })).toEqual({ defaultDays: 90 });
  const limited = { ...ENVIRONMENT, maxDays: 30 };
  expect(changedFields(limited, { ...limited, maxDays: null })).toEqual({ maxDays: null });
});
