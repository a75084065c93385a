/** Test data, and a host that has only the given commands. */
import type { Host } from "../host/host";
import type { Environment } from "../host/types/Environment";
import type { EnvironmentPreview } from "../host/types/EnvironmentPreview";
import type { Gateway } from "../host/types/Gateway";
import type { HttpServiceState } from "../host/types/HttpServiceState";
import type { Key } from "../host/types/Key";
import type { KeyPage } from "../host/types/KeyPage";
import type { KeySecret } from "../host/types/KeySecret";
import type { LoggedRequest } from "../host/types/LoggedRequest";
import type { Notice } from "../host/types/Notice";
import type { Project } from "../host/types/Project";
import type { Prompt } from "../host/types/Prompt";
import type { Start } from "../host/types/Start";
import type { Trial } from "../host/types/Trial";
import { Stores } from ".";
import type { Address } from "./navigation";

/** Other commands than the given ones fail. */
export const fakeHost = (commands: Partial<Host>): Host =>
  new Proxy(commands, {
    get: (target, name) =>
      Reflect.get(target, name) ?? (() => Promise.reject(new Error(`unexpected command: ${String(name)}`))),
  }) as Host;

/** What the commands that read return. */
export interface TestData {
  projects?: Project[];
  environments?: Environment[];
  keys?: Key[];
  gateway?: Gateway;
}

/** The commands that elements call to read; they return test data. */
export function readCommands({
  projects = [projectFixture()],
  environments = [environmentFixture()],
  keys = [],
  gateway = gatewayFixture(),
}: TestData = {}): Partial<Host> {
  const matching = (search: string) => keys.filter(({ name }) => name.includes(search));
  return {
    listProjects: async () => projects,
    listEnvironments: async ({ projectId }) => environments.filter((each) => each.projectId === projectId),
    previewEnvironment: async ({ name, stage, prefix }) =>
      previewFixture({ stage: stage ?? stageOf(name) ?? "development", prefix: prefix ?? `ks_${name.slice(0, 4)}` }),
    listKeys: async ({ query }) => keyPageFixture(matching(query.search)),
    findKeys: async ({ keyIds }) => keys.filter(({ id }) => keyIds.includes(id)),
    keyPosition: async ({ keyId }) => keys.findIndex(({ id }) => id === keyId),
    searchKeys: async () => [],
    showGateway: async () => gateway,
    keychainStatus: async () => ({ state: "ready", name: "GNOME Keyring", message: null, advice: null }),
  };
}

/** Guesses a stage from a name or a prefix, about as Rust does. */
const stageOf = (text: string): EnvironmentPreview["stage"] | null =>
  text.includes("prod") ? "production" : text.includes("stag") ? "staging" : text.includes("dev") ? "development" : null;

export function previewFixture({
  stage = "development",
  prefix = "ks_dev",
  ...fields
}: Partial<EnvironmentPreview> = {}): EnvironmentPreview {
  const named = stageOf(prefix);
  const otherStage = named === stage ? null : named;
  return { stage, prefix, example: `${prefix}_7Qf3aB2kLm9X_…`, otherStage, prefixProblem: null, ...fields };
}

/** An address that remembers what was written to it. */
export class FakeAddress implements Address {
  readonly written: string[] = [];

  read(): string {
    return this.written.at(-1)?.replace(/^\w+ /, "") ?? "#/";
  }

  push(fragment: string): void {
    this.written.push(`push ${fragment}`);
  }

  replace(fragment: string): void {
    this.written.push(`replace ${fragment}`);
  }
}

export const fakeStores = (commands: Partial<Host>, address = new FakeAddress()): Stores =>
  new Stores(fakeHost(commands), address);

/** A promise that the test settles later. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Waits until everything that needs no timer has happened. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Counts the `change` events of a store. */
export function countChanges(store: EventTarget): () => number {
  let count = 0;
  store.addEventListener("change", () => (count += 1));
  return () => count;
}

export const projectFixture = (id = "p", fields: Partial<Project> = {}): Project => ({
  id,
  name: "Acme Shop",
  environments: 1,
  activeKeys: 0,
  createdAt: 1,
  ...fields,
});

export const environmentFixture = (id = "e", fields: Partial<Environment> = {}): Environment => ({
  id,
  projectId: "p",
  projectName: "Acme Shop",
  name: "staging",
  stage: "staging",
  prefix: "ks_stag",
  prefixFixed: false,
  endpoint: null,
  keyLocation: { kind: "default" },
  defaultDays: null,
  maxDays: null,
  activatedAt: null,
  activeKeys: 0,
  lastRequestAt: null,
  createdAt: 1,
  ...fields,
});

export const keyFixture = (id = "k", fields: Partial<Key> = {}): Key => ({
  id,
  environmentId: "e",
  name: `key ${id}`,
  prefix: "ks_stag",
  permissions: ["read"],
  state: "active",
  disabledUntil: null,
  expiresAt: null,
  owner: "",
  note: "",
  tags: [],
  oldSecretEndsAt: null,
  revokeReason: null,
  revokeNote: "",
  createdAt: 1,
  claimedAt: 2,
  endedAt: null,
  keychain: false,
  keychainOutdated: false,
  lastUsedAt: null,
  lastClient: null,
  allowed: 0,
  denied: 0,
  ...fields,
});

export const secretFixture = (fields: Partial<KeySecret> = {}): KeySecret => ({
  isCurrent: false,
  claimedAt: 2,
  endsAt: null,
  allowed: 0,
  denied: 0,
  lastUsedAt: null,
  lastClient: null,
  ...fields,
});

const EXPIRING_MS = 30 * 24 * 3_600_000;

/** A list of keys that fits on one page. */
export function keyPageFixture(keys: Key[], total = keys.length): KeyPage {
  const count = (...states: Key["state"][]) => keys.filter(({ state }) => states.includes(state)).length;
  const [active, disabled] = [count("active"), count("disabled")];
  const expiring = keys.filter(({ expiresAt }) => expiresAt !== null && expiresAt < Date.now() + EXPIRING_MS).length;
  return { keys, total, counts: { active, disabled, ended: keys.length - active - disabled, expiring } };
}

export const gatewayFixture = (fields: Partial<Gateway> = {}): Gateway => ({
  environmentId: "e",
  running: false,
  address: "127.0.0.1:7420",
  endpoint: "http://localhost:8000",
  sample: false,
  preserveHost: true,
  allowPreflight: false,
  sunsetHeader: false,
  rules: [],
  unusedRules: [],
  conflict: null,
  ...fields,
});

export const httpServiceFixture = (fields: Partial<HttpServiceState> = {}): HttpServiceState => ({
  running: false,
  restorable: false,
  address: "127.0.0.1:7878",
  environmentIds: [],
  conflict: null,
  ...fields,
});

export const requestFixture = (id: number, fields: Partial<LoggedRequest> = {}): LoggedRequest => ({
  id,
  at: id,
  source: "gateway",
  client: "127.0.0.1",
  accessReason: "default for its method",
  removedHeaders: null,
  method: "GET",
  path: "/products",
  access: "read",
  keyId: "k",
  keyName: "ci-writer",
  allowed: true,
  code: "allowed",
  status: 200,
  milliseconds: 3,
  ...fields,
});

export const noticeFixture = (keyId = "k", fields: Partial<Notice> = {}): Notice => ({
  kind: "unclosed",
  keyId,
  name: "ci-writer",
  permissions: ["read"],
  projectId: "p",
  projectName: "Acme Shop",
  environmentId: "e",
  environmentName: "staging",
  stage: "staging",
  ...fields,
});

export const promptFixture = (fields: Partial<Prompt> = {}): Prompt => ({
  ticket: "t",
  state: "pending",
  key: "ks_stag_id_secret",
  keyId: "id",
  prefix: "ks_stag",
  name: "ci-writer",
  permissions: ["read", "write"],
  projectId: "p",
  projectName: "Acme Shop",
  environmentId: "e",
  environmentName: "staging",
  stage: "staging",
  copied: false,
  keychain: false,
  activated: false,
  overlapSeconds: null,
  ...fields,
});

export const trialFixture = (fields: Partial<Trial> = {}): Trial => ({
  keyId: "id",
  name: "reader",
  projectId: "p",
  environmentId: "e",
  ...fields,
});

export const startFixture = (fields: Partial<Start> = {}): Start => ({
  settings: {
    theme: "dark",
    clipboardSeconds: 30,
    singleKeys: true,
    zoom: 100,
    keepInTray: false,
    notifications: true,
  },
  projects: [projectFixture()],
  first: { projectId: "p", environments: [environmentFixture()] },
  notices: [],
  prompt: null,
  clipboard: null,
  gateways: [],
  restorable: [],
  hasLink: false,
  httpService: httpServiceFixture(),
  trial: null,
  version: "1.2.3",
  dataFolder: "/store",
  logPath: "/keystile.log",
  keychainName: "GNOME Keyring",
  ...fields,
});
