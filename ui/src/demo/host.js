/**
 * An in-memory host for development (`?host=demo`), so that every screen can be opened in a browser. It has the same
 * interface, without cryptography. `&scene=` takes a comma-separated list: first, many, notices, broken, copyfails,
 * nokeychain, slow, waiting, and those of `gateway.js` and `playground.js`. `globalThis.keystileDemo` simulates events.
 */
import { acmeShop, base62, environment as newEnvironment, key as newKey, manyKeys } from "./records.js";
import { connectGateways, gatewaysAtStart } from "./gateway.js";
import { keychainWorks } from "./keychain.js";
import { listNotices } from "./notices.js";
import { connectPlayground, trialAtStart } from "./playground.js";
import { KEYCHAIN, isPending, scenes, wait } from "./scene.js";
import { checkConfirmation, checkEndpoint, checkKeyLocation, checkName, defaultPrefix, guess, prefixProblem, refuse } from "./rules.js";

export * from "./gateway.js";
export * from "./notices.js";
export * from "./playground.js";
export { keychainStatus } from "./keychain.js";

/** @typedef {import("../types/Key").Key} Key */
/** @typedef {import("../types/Prompt").Prompt} Prompt */
/** @typedef {import("../types/Stage").Stage} Stage */
/** @typedef {import("../types/AppEvent").AppEvent} AppEvent */
/** @typedef {import("../types/EnvironmentInput").EnvironmentInput} EnvironmentInput */

const shop = acmeShop();
let environments = scenes.has("first") ? [] : shop.environments;
/** @type {Key[]} */
let keys = scenes.has("first") ? [] : scenes.has("many") ? [...shop.keys, ...manyKeys(1000)] : shop.keys;
/** @type {{id: string, name: string, createdAt: number}[]} */
let projects = scenes.has("first") ? [] : [{ id: "acme", name: "Acme Shop", createdAt: 1 }];
/** @type {import("../types/Settings").Settings} */
let settings = { theme: "system", clipboardSeconds: 45, singleKeys: true };
/** @type {Map<string, Prompt>} */
const prompts = new Map();
/** @type {Map<string, string>} */
const submissions = new Map();
/** @type {(change: AppEvent) => void} */
let emit = () => {};
/** @type {{seconds: number | null, end: number | null} | null} */
let hold = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let clearing;
let broken = scenes.has("broken");
let copyFails = scenes.has("copyfails");

/** @param {string} environmentId */
const alive = (environmentId) =>
  keys.filter((key) => key.environmentId === environmentId && key.state === "active" && !isPending(key));

/** @param {{id: string, name: string, createdAt: number}} project */
function projectView(project) {
  const own = environments.filter((environment) => environment.projectId === project.id);
  return { ...project, environments: own.length, activeKeys: own.reduce((sum, { id }) => sum + alive(id).length, 0) };
}

/** @param {typeof environments[number]} environment */
function environmentView(environment) {
  const projectName = projects.find(({ id }) => id === environment.projectId)?.name ?? "";
  return { ...environment, projectName, activeKeys: alive(environment.id).length };
}

/** @param {string} id */
function findEnvironment(id) {
  const found = environments.find((environment) => environment.id === id);
  if (!found) throw refuse("not_found", "This environment no longer exists.", "Go back to the environments.");
  return found;
}

/** @param {string} ticket */
function findPrompt(ticket) {
  const prompt = prompts.get(ticket);
  if (!prompt) throw refuse("unknown_ticket", "This prompt has ended.", "Create a new key.");
  return prompt;
}

const prefixes = () => environments.map(({ prefix }) => prefix);

/** @param {boolean} counting */
function holdClipboard(counting) {
  clearTimeout(clearing);
  const { clipboardSeconds: seconds } = settings;
  hold = { seconds, end: counting && seconds !== null ? Date.now() + seconds * 1000 : null };
  if (hold.end !== null) clearing = setTimeout(() => void clearClipboard(), (seconds ?? 0) * 1000);
  emit({ kind: "clipboard", state: holdView(), cleared: false, problem: null });
}

const holdView = () =>
  hold && { seconds: hold.seconds, remainingMs: hold.end === null ? null : Math.max(0, hold.end - Date.now()) };

export async function start() {
  await wait(scenes.has("slow") ? 1500 : 30);
  if (broken) {
    broken = false;
    throw refuse(
      "database_corrupt",
      "The database is damaged and was not opened.",
      "Nothing was changed. Restore a copy of /home/anna/.local/share/dev.keystile.desktop/keystile.db, then try again.",
    );
  }
  return {
    settings,
    projects: projects.map(projectView),
    first: null,
    notices: await listNotices(),
    prompt: scenes.has("waiting") ? (await issueKey({ environmentId: "staging", name: "reloaded", write: true, idempotencyKey: "w" })).ticket : null,
    clipboard: holdView(),
    ...gatewaysAtStart(),
    trial: trialAtStart(),
    version: "0.1.0",
    databasePath: "/home/anna/.local/share/dev.keystile.desktop/keystile.db",
    keychainName: KEYCHAIN,
  };
}

/** @param {(change: AppEvent) => void} changed */
export async function watch(changed) {
  emit = changed;
  return null;
}

/** @param {{name: string, environment: EnvironmentInput | null}} fields */
export async function createProject({ name, environment }) {
  await wait();
  const checked = checkName(name, "projectName", projects.map((project) => project.name));
  if (environment) checkName(environment.name, "environmentName", []);
  const project = { id: base62(8), name: checked, createdAt: Date.now() };
  projects = [...projects, project];
  const created = environment ? await createEnvironment({ projectId: project.id, environment }) : null;
  return { project: projectView(project), environment: created };
}

export const listProjects = async () => projects.map(projectView);

/** @param {{projectId: string, name: string}} fields */
export async function renameProject({ projectId, name }) {
  await wait();
  const others = projects.filter(({ id }) => id !== projectId).map((project) => project.name);
  const checked = checkName(name, "name", others);
  projects = projects.map((project) => (project.id === projectId ? { ...project, name: checked } : project));
  return projectView(/** @type {any} */ (projects.find(({ id }) => id === projectId)));
}

/** @param {{projectId: string, confirmation: string | null}} fields */
export async function deleteProject({ projectId, confirmation }) {
  await wait();
  const project = projectView(/** @type {any} */ (projects.find(({ id }) => id === projectId)));
  if (project.activeKeys > 0) checkConfirmation(project.name, confirmation);
  projects = projects.filter(({ id }) => id !== projectId);
  environments = environments.filter((environment) => environment.projectId !== projectId);
  return null;
}

/** @param {{projectId: string}} fields */
export async function listEnvironments({ projectId }) {
  await wait();
  return environments.filter((environment) => environment.projectId === projectId).map(environmentView);
}

/** @param {{name: string, stage: Stage | null, prefix: string | null, environmentId: string | null}} fields */
export async function previewEnvironment({ name, stage, prefix, environmentId }) {
  const own = environments.find(({ id }) => id === environmentId);
  const shown = prefix ?? own?.prefix ?? defaultPrefix(name);
  return {
    stage: stage ?? guess(name),
    prefix: shown,
    example: `${shown}_7Qf3aB2kLm9X_…`,
    prefixProblem: own?.prefix === shown ? null : prefixProblem(shown, prefixes()),
  };
}

/** @param {{projectId: string, environment: EnvironmentInput}} fields */
export async function createEnvironment({ projectId, environment: { name, stage, prefix, endpoint, keyLocation } }) {
  await wait();
  const siblings = environments.filter((environment) => environment.projectId === projectId);
  const checked = checkName(name, "environmentName", siblings.map((environment) => environment.name));
  const problem = prefix && prefixProblem(prefix, prefixes());
  if (problem) throw refuse("invalid_prefix", problem, "Change the prefix.", "prefix");
  checkEndpoint(endpoint);
  checkKeyLocation(keyLocation);
  const made = newEnvironment(base62(8), {
    projectId,
    name: checked,
    stage,
    prefix: prefix ?? defaultPrefix(name),
    prefixFixed: false,
    endpoint: endpoint || null,
    keyLocation: keyLocation ?? { kind: "default" },
    activatedAt: null,
    createdAt: Date.now(),
  });
  environments = [...environments, made];
  return environmentView(made);
}

/** @param {{environmentId: string, environment: EnvironmentInput}} fields */
export async function editEnvironment({ environmentId, environment: { name, stage, prefix, endpoint, keyLocation } }) {
  await wait();
  const own = findEnvironment(environmentId);
  const siblings = environments.filter(({ projectId, id }) => projectId === own.projectId && id !== environmentId);
  const checked = checkName(name, "environmentName", siblings.map((environment) => environment.name));
  checkEndpoint(endpoint);
  checkKeyLocation(keyLocation);
  Object.assign(own, {
    name: checked,
    stage,
    prefix: prefix ?? own.prefix,
    endpoint: endpoint || null,
    keyLocation: keyLocation ?? own.keyLocation,
  });
  return environmentView(own);
}

/** @param {{environmentId: string, confirmation: string | null}} fields */
export async function deleteEnvironment({ environmentId, confirmation }) {
  await wait();
  const own = findEnvironment(environmentId);
  if (alive(environmentId).length > 0) checkConfirmation(own.name, confirmation);
  environments = environments.filter(({ id }) => id !== environmentId);
  return null;
}

/** @param {{environmentId: string}} fields */
export async function listKeys({ environmentId }) {
  await wait();
  findEnvironment(environmentId);
  return keys
    .filter((key) => key.environmentId === environmentId && !isPending(key))
    .map((key) => ({ ...key }))
    .sort((a, b) => b.createdAt - a.createdAt);
}

/** @param {{environmentId: string, name: string, write: boolean, idempotencyKey: string}} fields */
export async function issueKey({ environmentId, name, write, idempotencyKey }) {
  const known = submissions.get(idempotencyKey);
  if (known) return findPrompt(known);
  await wait(scenes.has("slow") ? 1500 : 120);
  const own = findEnvironment(environmentId);
  const checked = checkName(name, "name", alive(environmentId).map((key) => key.name));
  const id = base62(12);
  const ticket = base62(22);
  /** @type {import("../types/Permission").Permission[]} */
  const permissions = write ? ["read", "write"] : ["read"];
  keys = [
    newKey(environmentId, own.prefix, checked, 0, { id, permissions, state: "pending", claimedAt: null }),
    ...keys,
  ];
  own.prefixFixed = true;
  const view = environmentView(own);
  prompts.set(ticket, {
    ticket,
    state: "pending",
    key: `${own.prefix}_${id}_${base62(49)}`,
    keyId: id,
    prefix: own.prefix,
    name: checked,
    permissions,
    projectId: view.projectId,
    projectName: view.projectName,
    environmentId,
    environmentName: own.name,
    stage: own.stage,
    copied: false,
    keychain: false,
    activated: false,
  });
  submissions.set(idempotencyKey, ticket);
  return { ...findPrompt(ticket) };
}

/** @param {{ticket: string}} fields */
export const revealKey = async ({ ticket }) => ({ ...findPrompt(ticket) });

/** @param {{ticket: string}} fields */
export async function copyKey({ ticket }) {
  await wait();
  if (copyFails) throw refuse("copy_timed_out", "The clipboard did not respond within 2 s.", "The key is selected: press Ctrl+C, or try Copy again.");
  const prompt = findPrompt(ticket);
  if (!prompt.copied) {
    const own = findEnvironment(prompt.environmentId);
    prompt.activated = own.activatedAt === null;
    own.activatedAt ??= Date.now();
    prompt.copied = true;
    prompt.state = "active";
    keys = keys.map((key) => (key.id === prompt.keyId ? { ...key, state: "active", claimedAt: Date.now() } : key));
  }
  holdClipboard(false);
  return { ...prompt };
}

/** @param {{ticket: string}} fields */
export async function saveKey({ ticket }) {
  await wait(500);
  keychainWorks();
  const prompt = findPrompt(ticket);
  prompt.keychain = true;
  keys = keys.map((key) => (key.id === prompt.keyId ? { ...key, keychain: true } : key));
  return { ...prompt };
}

/** @param {{ticket: string}} fields */
export async function discardKey({ ticket }) {
  await wait();
  end(findPrompt(ticket).keyId, "discarded");
  prompts.delete(ticket);
  return null;
}

/** @param {string} keyId @param {import("../types/KeyState").KeyState} state */
function end(keyId, state) {
  keys = keys.map((key) => (key.id === keyId ? { ...key, state, endedAt: Date.now(), keychain: false } : key));
}

/** @param {{ticket: string}} fields */
export async function closePrompt({ ticket }) {
  await wait();
  const { environmentId, keyId, copied, key } = findPrompt(ticket);
  if (!copied && key !== null) throw refuse("not_copied", "The key was not copied yet.", "Copy it, then close.");
  prompts.delete(ticket);
  if (hold) holdClipboard(true);
  return { environmentId, keyId };
}

/** @param {string} keyId */
async function findKey(keyId) {
  await wait();
  const key = keys.find(({ id }) => id === keyId);
  if (!key) throw refuse("not_found", "This key no longer exists.", "Reload the list.");
  return key;
}

/** @param {{keyId: string}} fields */
export const disableKey = async ({ keyId }) => Object.assign(await findKey(keyId), { state: "disabled" });
/** @param {{keyId: string}} fields */
export const enableKey = async ({ keyId }) => Object.assign(await findKey(keyId), { state: "active" });

/** @param {{keyId: string, confirmation: string | null}} fields */
export async function revokeKey({ keyId, confirmation }) {
  const key = await findKey(keyId);
  if (findEnvironment(key.environmentId).stage === "production") checkConfirmation(key.name, confirmation);
  end(keyId, "revoked");
  return findKey(keyId);
}

/** Copies nothing: a web page has no keychain. */
export async function copyFromKeychain() {
  await wait(400);
  keychainWorks();
  holdClipboard(true);
  return null;
}

/** @param {{keyId: string}} fields */
export async function removeFromKeychain({ keyId }) {
  await wait(400);
  keychainWorks();
  keys = keys.map((key) => (key.id === keyId ? { ...key, keychain: false } : key));
  return null;
}

export async function clearClipboard() {
  clearTimeout(clearing);
  hold = null;
  emit({ kind: "clipboard", state: null, cleared: true, problem: null });
  return null;
}

/** @param {{settings: import("../types/Settings").Settings}} fields */
export async function changeSettings(fields) {
  settings = fields.settings;
  return settings;
}

/** @param {{confirmed: boolean}} fields */
export async function quit({ confirmed }) {
  const uncopied = [...prompts.values()].find((prompt) => !prompt.copied && prompt.key !== null);
  if (uncopied) emit({ kind: "closeBlocked", ticket: uncopied.ticket });
  else if (hold && !confirmed) emit({ kind: "confirmQuit" });
  return null;
}

connectPlayground({ findEnvironment, keys: () => keys, findPrompt, closePrompt, createProject, emit: (change) => emit(change) });
connectGateways({ findEnvironment, environments: () => environments, keys: () => keys, emit: (change) => emit(change) });

Object.assign(globalThis, {
  keystileDemo: {
    /** @param {AppEvent} change */
    emit: (change) => emit(change),
    copyWorks: () => (copyFails = false),
    revokePrompted() {
      for (const prompt of prompts.values()) {
        prompt.key = null;
        prompt.state = "revoked";
        end(prompt.keyId, "revoked");
      }
      emit({ kind: "database" });
    },
  },
});
