/**
 * The Playground, the test of a new key, and the sample API of the demo host. Responses follow the states and
 * permissions of its keys; a pasted key is found by its id. Scenarios: `mismatch`, `untested`, `trial`.
 */
import { CommandError } from "../src/host/command-error";
import type { Host } from "../src/host/host";
import type { CheckResult } from "../src/host/types/CheckResult";
import type { DecisionCode } from "../src/host/types/DecisionCode";
import type { Key } from "../src/host/types/Key";
import type { PlaygroundKey } from "../src/host/types/PlaygroundKey";
import type { PlaygroundResponse } from "../src/host/types/PlaygroundResponse";
import type { Trial } from "../src/host/types/Trial";
import { database, emit, findEnvironment } from "./database";
import { decide, editGateway, isApiFailing, showGateway, startGateway } from "./gateway";
import { closePrompt, findPrompt } from "./keys";
import { createProject } from "./projects";
import { scenarios, wait } from "./scenario";

type ApiResponse = Pick<PlaygroundResponse, "status" | "reason" | "headers" | "body" | "bytes">;

const READ_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

const products = [
  { id: 1, name: "Desk" },
  { id: 2, name: "Chair" },
];

let trial: Trial | null = scenarios.has("trial")
  ? { keyId: "c0Zt8Rw1PqVd", name: "storefront", projectId: "acme", environmentId: "staging" }
  : null;

export const currentTrial = (): Trial | null => trial;

function findSentKey(sent: PlaygroundKey): Key | null {
  const byId = (id: string | undefined) => database.keys.find((key) => key.id === id) ?? null;
  switch (sent.source) {
    case "none":
      return null;
    case "trial":
      return byId(trial?.keyId);
    case "keychain":
      return byId(sent.keyId);
    case "pasted": {
      const text = sent.text.trim();
      if (text !== "") return byId(text.split("_").at(-2));
      throw new CommandError("missing_key", "No key was pasted.", "Paste one, or choose no key.", "key");
    }
  }
}

export const sendRequest: Host["sendRequest"] = async ({ environmentId, method, path, body, key, confirmed }) => {
  const { stage } = findEnvironment(environmentId);
  if (!path.startsWith("/")) {
    throw new CommandError("invalid_path", "A path begins with /.", "Write it like /products.", "path");
  }
  if (stage === "production" && !READ_METHODS.has(method) && !confirmed) {
    throw new CommandError("production_unconfirmed", "This would change production.", "Confirm it.");
  }
  await wait(path === "/slow" ? 20_000 : 25);
  const gateway = await showGateway({ environmentId });
  if (!gateway.running) {
    throw new CommandError("gateway_stopped", "The gateway is not running.", "Start the gateway, then send the request again.");
  }
  const decision = decide(environmentId, method, path.replace(/\?.*/, ""), findSentKey(key));
  emit({ kind: "requests" });
  const response = decision.code === "allowed" ? sampleResponse(method, path, body) : problemResponse(decision.code);
  return { ...response, truncated: false, milliseconds: 3, decision };
};

function jsonResponse(status: number, reason: string, value: unknown, type = "application/json"): ApiResponse {
  const body = JSON.stringify(value);
  const headers = [
    { name: "content-type", value: type },
    { name: "content-length", value: String(body.length) },
    { name: "date", value: new Date().toUTCString() },
  ];
  return { status, reason, headers, body, bytes: body.length };
}

const PROBLEM_STATUSES: Partial<Record<DecisionCode, [number, string]>> = {
  insufficient_scope: [403, "Forbidden"],
  upstream_unreachable: [502, "Bad Gateway"],
};

function problemResponse(code: DecisionCode): ApiResponse {
  const [status, reason] = PROBLEM_STATUSES[code] ?? [401, "Unauthorized"];
  const isNamed = code === "missing_key" || code in PROBLEM_STATUSES;
  const problem = { status, code: isNamed ? code : "invalid_token" };
  return jsonResponse(status, reason, problem, "application/problem+json");
}

function sampleResponse(method: string, path: string, body: string | null): ApiResponse {
  if (isApiFailing()) return jsonResponse(500, "Internal Server Error", { error: "out of desks" });
  if (path === "/slow") return jsonResponse(200, "OK", { slow: true });
  if (path === "/image") {
    const headers = [{ name: "content-type", value: "image/png" }];
    return { status: 200, reason: "OK", headers, body: null, bytes: 5120 };
  }
  if (!/^\/products\b/.test(path)) return jsonResponse(404, "Not Found", { status: 404, title: "No such path" });
  if (method === "HEAD") return { ...jsonResponse(200, "OK", products), body: "", bytes: 0 };
  if (method !== "POST") return jsonResponse(200, "OK", { products });
  const product = { id: products.length + 1, name: String(JSON.parse(body ?? "{}").name ?? "") };
  products.push(product);
  return jsonResponse(201, "Created", product);
}

export const checkKey: Host["checkKey"] = async ({ ticket }) => {
  await wait(200);
  if (scenarios.has("untested")) {
    throw new CommandError("unavailable", "The check route did not respond within 2 s.", "Check again.");
  }
  const { keyId, permissions } = findPrompt(ticket);
  const key = findSentKey({ source: "keychain", keyId });
  const canWrite = permissions.includes("write") !== scenarios.has("mismatch");
  const result = (isPermitted: boolean): CheckResult => {
    if (key?.state !== "active") return { allowed: false, code: "revoked" };
    return { allowed: isPermitted, code: isPermitted ? "allowed" : "insufficient_scope" };
  };
  const asExpected = key?.state === "active" && !scenarios.has("mismatch");
  return { read: result(true), write: result(canWrite), asExpected, milliseconds: 3 };
};

export const tryKey: Host["tryKey"] = async ({ ticket }) => {
  const { keyId, name, projectId, environmentId } = findPrompt(ticket);
  await closePrompt({ ticket });
  trial = { keyId, name, projectId, environmentId };
  return trial;
};

export const endTrial: Host["endTrial"] = async () => {
  trial = null;
  return null;
};

export const createSample: Host["createSample"] = async () => {
  await wait(200);
  const input = { name: "sample", stage: "development", prefix: null, endpoint: null, keyLocation: null } as const;
  const { project, environment } = await createProject({ name: "Sample", environment: input });
  if (!environment) throw new CommandError("internal_error", "Could not create the sample.", "Try again.");
  const { id: environmentId } = environment;
  await editGateway({ environmentId, changes: { sample: true } });
  await startGateway({ environmentId, port: null });
  return { project, environment };
};
