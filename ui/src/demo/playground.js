/**
 * The Playground, the check of a new key and the sample API of the demo host. Responses follow the states and
 * permissions of its keys; a pasted key is matched by its id. Scenes: disagrees, unchecked, trial.
 */
import { decide, editGateway, showGateway, startGateway } from "./gateway.js";
import { refuse } from "./rules.js";
import { scenes, wait } from "./scene.js";

/** @typedef {import("../types/Key").Key} Key */
/** @typedef {import("../types/Header").Header} Header */
/** @typedef {import("../types/PlaygroundResponse").PlaygroundResponse} PlaygroundResponse */
/** @typedef {import("../types/PlaygroundKey").PlaygroundKey} PlaygroundKey */
/** @typedef {import("../types/Trial").Trial} Trial */

/**
 * @typedef {object} Others functions of the other parts of the demo host
 * @property {(id: string) => import("../types/Environment").Environment} findEnvironment
 * @property {() => Key[]} keys
 * @property {(ticket: string) => import("../types/Prompt").Prompt} findPrompt
 * @property {(fields: {ticket: string}) => Promise<unknown>} closePrompt
 * @property {typeof import("../host.js").createProject} createProject
 * @property {(change: import("../types/AppEvent").AppEvent) => void} emit
 */

/** @type {Others} */
let others;
/** @type {Trial | null} */
let trial = null;

/** @type {{id: number, name: string}[]} */
const products = [{ id: 1, name: "Desk" }, { id: 2, name: "Chair" }];

/** @param {Others} rest */
export function connectPlayground(rest) {
  others = rest;
}

/** @param {string} id */
const keyOf = (id) => others.keys().find((key) => key.id === id);

export function trialAtStart() {
  if (scenes.has("trial") && !trial) {
    trial = { keyId: "c0Zt8Rw1PqVd", name: "storefront", projectId: "acme", environmentId: "staging" };
  }
  return trial;
}

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** @param {PlaygroundKey} shown */
function keyShown(shown) {
  switch (shown.source) {
    case "none":
      return null;
    case "trial":
      return trial ? (keyOf(trial.keyId) ?? null) : null;
    case "keychain":
      return keyOf(shown.keyId) ?? null;
    default: {
      const text = shown.text.trim();
      if (text === "") throw refuse("missing_key", "No key was pasted.", "Paste one, or choose no key.", "key");
      return keyOf(text.split("_").at(-2) ?? "") ?? null;
    }
  }
}

/**
 * @param {{environmentId: string, method: string, path: string, body: string | null, key: PlaygroundKey, confirmed: boolean}} fields
 * @returns {Promise<PlaygroundResponse>}
 */
export async function sendRequest({ environmentId, method, path, body, key: shown, confirmed }) {
  const { stage } = others.findEnvironment(environmentId);
  if (!path.startsWith("/")) throw refuse("invalid_path", "A path begins with /.", "Write it like /products.", "path");
  if (stage === "production" && !READING.has(method) && !confirmed) {
    throw refuse("production_unconfirmed", "This would change production.", "Confirm it.");
  }
  await wait(scenes.has("slow") ? 1500 : 25);
  const gateway = await showGateway({ environmentId });
  if (!gateway.running) throw refuse("gateway_stopped", "The gateway is not running.", "Start the gateway, then send the request again.");
  const decision = decide(environmentId, method, path.split("?")[0], keyShown(shown));
  others.emit({ kind: "decisions", environmentId, decisions: [decision], skipped: 0 });
  const response = decision.allowed ? sampleResponse(method, path, body) : problem(decision.code);
  return { ...response, truncated: false, milliseconds: 3, decision };
}

/** @param {unknown} value @param {string} type */
function json(value, type = "application/json") {
  const body = JSON.stringify(value);
  /** @type {Header[]} */
  const headers = [
    { name: "content-type", value: type },
    { name: "content-length", value: String(body.length) },
    { name: "date", value: new Date().toUTCString() },
  ];
  return { headers, body, bytes: body.length };
}

/** @param {string} code */
function problem(code) {
  const forbidden = code === "insufficient_scope";
  const status = forbidden ? 403 : 401;
  const title = forbidden ? "insufficient_scope" : code === "missing_key" ? code : "invalid_token";
  return { status, reason: forbidden ? "Forbidden" : "Unauthorized", ...json({ status, code: title }, "application/problem+json") };
}

/** @param {string} method @param {string} path @param {string | null} body */
function sampleResponse(method, path, body) {
  if (path === "/image") return { status: 200, reason: "OK", headers: [{ name: "content-type", value: "image/png" }], body: null, bytes: 5120 };
  if (!/^\/products\b/.test(path)) return { status: 404, reason: "Not Found", ...json({ status: 404, title: "No such path" }) };
  if (method === "HEAD") return { status: 200, reason: "OK", ...json(products), body: "", bytes: 0 };
  if (method !== "POST") return { status: 200, reason: "OK", ...json({ products }) };
  const product = { id: products.length + 1, name: String(JSON.parse(body ?? "{}").name ?? "") };
  products.push(product);
  return { status: 201, reason: "Created", ...json(product) };
}

/** @param {{ticket: string}} fields */
export async function checkKey({ ticket }) {
  await wait(scenes.has("slow") ? 1500 : 200);
  if (scenes.has("unchecked")) throw refuse("unavailable", "The check route did not respond within 2 s.", "Check again.");
  const { state, permissions } = others.findPrompt(ticket);
  const dead = state === "active" ? null : state;
  const writes = permissions.includes("write") !== scenes.has("disagrees");
  return {
    read: { allowed: dead === null, code: dead ?? "allowed" },
    write: { allowed: dead === null && writes, code: dead ?? (writes ? "allowed" : "insufficient_scope") },
    asExpected: dead === null && !scenes.has("disagrees"),
    milliseconds: 3,
  };
}

/** @param {{ticket: string}} fields @returns {Promise<Trial>} */
export async function tryKey({ ticket }) {
  const { keyId, name, projectId, environmentId } = others.findPrompt(ticket);
  await others.closePrompt({ ticket });
  trial = { keyId, name, projectId, environmentId };
  return trial;
}

export async function endTrial() {
  trial = null;
  return null;
}

export async function createSample() {
  await wait(200);
  const fields = { name: "sample", stage: /** @type {const} */ ("development"), prefix: null, endpoint: null, keyLocation: null };
  const { project, environment } = await others.createProject({ name: "Sample", environment: fields });
  if (!environment) throw refuse("internal_error", "Could not create the sample.", "Try again.");
  await editGateway({ environmentId: environment.id, preserveHost: true, allowPreflight: false, sample: true, rules: [] });
  await startGateway({ environmentId: environment.id, port: null });
  return { project, environment };
}
