/**
 * Gateways of the demo host, in memory: they start, stop, and decide simulated requests. Scenarios: `running` (staging
 * runs, a request every second), `burst` (5,000 a second), `conflict` (port 7420 is in use), `restorable` (five can be
 * restarted), `snippetfails`, `apidown` (the API cannot be reached), `apifails` (it answers with errors).
 */
import { CommandError } from "../src/host/command-error";
import type { Host } from "../src/host/host";
import type { Access } from "../src/host/types/Access";
import type { Decision } from "../src/host/types/Decision";
import type { DecisionCode } from "../src/host/types/DecisionCode";
import type { Gateway } from "../src/host/types/Gateway";
import type { Key } from "../src/host/types/Key";
import type { LoggedRequest } from "../src/host/types/LoggedRequest";
import type { Proxy } from "../src/host/types/Proxy";
import type { RouteRule } from "../src/host/types/RouteRule";
import type { RouteTest } from "../src/host/types/RouteTest";
import type { RunningGateway } from "../src/host/types/RunningGateway";
import type { ServingGateway } from "../src/host/types/ServingGateway";
import type { Start } from "../src/host/types/Start";
import { database, emit, findEnvironment, viewEnvironment } from "./database";
import { checkRouteRules, unusedRules } from "./rules";
import { scenarios, wait } from "./scenario";

type Settings = Omit<Gateway, "endpoint" | "conflict" | "unusedRules">;

const gateways = new Map<string, Settings>();
/** By environment, newest first. */
const requestLogs = new Map<string, LoggedRequest[]>();
/** The requests that are kept of each environment. */
const MAX_REQUESTS = 10_000;
let lastPort = 7420;
let lastRequest = 0;

/** Sends simulated requests in the scenarios `running` and `burst`. */
export function simulateTraffic(): void {
  if (!scenarios.has("running") && !scenarios.has("burst")) return;
  settingsOf("staging").running = true;
  if (scenarios.has("burst")) setInterval(sendBurst, 100);
  else setInterval(sendRandomRequest, 1100);
}

function settingsOf(environmentId: string): Settings {
  const known = gateways.get(environmentId);
  if (known) return known;
  const isStaging = environmentId === "staging";
  const settings: Settings = {
    environmentId,
    running: false,
    address: isStaging ? "127.0.0.1:7420" : null,
    sample: false,
    preserveHost: true,
    allowPreflight: false,
    sunsetHeader: false,
    rules: isStaging
      ? [
          { method: "POST", path: "/search", access: "read" },
          { method: null, path: "/health", access: "open" },
        ]
      : [],
  };
  gateways.set(environmentId, settings);
  return settings;
}

function viewGateway(environmentId: string): Gateway {
  const settings = settingsOf(environmentId);
  const { endpoint } = findEnvironment(environmentId);
  return {
    ...settings,
    rules: [...settings.rules],
    unusedRules: unusedRules(settings.rules),
    endpoint: settings.sample ? null : endpoint,
    conflict: null,
  };
}

const runningGateways = (): RunningGateway[] =>
  [...gateways.values()]
    .filter(({ running }) => running)
    .map(({ environmentId, address }) => ({ environmentId, address: address ?? "" }));

/** Returns the running gateways with a request in the last minute. */
export const servingGateways = (): ServingGateway[] =>
  runningGateways()
    .filter(({ environmentId }) => (requestLogs.get(environmentId)?.[0]?.at ?? 0) > Date.now() - 60_000)
    .map(({ environmentId, address }) => {
      const { name, projectName } = viewEnvironment(findEnvironment(environmentId));
      return { projectName, environmentName: name, address };
    });

export function gatewaysAtStart(): Pick<Start, "gateways" | "restorable"> {
  const { environments } = database;
  const offered = scenarios.has("restorable") ? [...environments, ...environments].slice(0, 5) : [];
  return {
    gateways: runningGateways(),
    restorable: offered.map(({ id, name, projectId, projectName }, index) => ({
      environmentId: index < environments.length ? id : `${id}-2`,
      environmentName: name,
      projectId,
      projectName,
      address: `127.0.0.1:${7420 + index}`,
    })),
  };
}

export const showGateway: Host["showGateway"] = async ({ environmentId }) => {
  await wait();
  return viewGateway(environmentId);
};

export const startGateway: Host["startGateway"] = async ({ environmentId, port }) => {
  await wait(200);
  const settings = settingsOf(environmentId);
  const gateway = viewGateway(environmentId);
  if (!gateway.endpoint && !settings.sample) {
    const advice = "Enter an endpoint, or use the sample API.";
    throw new CommandError("missing_endpoint", "This gateway has no endpoint.", advice);
  }
  if (scenarios.has("conflict") && settings.address === "127.0.0.1:7420" && port === null) {
    return { ...gateway, conflict: { port: 7420, owner: "node (pid 812)", suggestion: 7421 } };
  }
  if (port !== null || settings.address === null) settings.address = `127.0.0.1:${port ?? ++lastPort}`;
  settings.running = true;
  emit({ kind: "gateways", running: runningGateways() });
  return viewGateway(environmentId);
};

export const stopGateway: Host["stopGateway"] = async ({ environmentId }) => {
  await wait(200);
  settingsOf(environmentId).running = false;
  emit({ kind: "gateways", running: runningGateways() });
  return viewGateway(environmentId);
};

export const editGateway: Host["editGateway"] = async ({ environmentId, changes }) => {
  await wait();
  if (changes.rules) checkRouteRules(changes.rules);
  Object.assign(settingsOf(environmentId), changes);
  return viewGateway(environmentId);
};

function matchRoute(rules: RouteRule[], method: string, path: string): RouteTest {
  if (/\/\.{1,2}(?:\/|$)/.test(path)) return { access: "write", rule: null, reason: "its path has dot segments" };
  const index = rules.findIndex(
    (rule) =>
      (rule.method === null || rule.method === method) &&
      (rule.path.endsWith("/*") ? `${path}/`.startsWith(rule.path.slice(0, -1)) : rule.path === path),
  );
  const rule = rules[index];
  if (rule) return { access: rule.access, rule: index, reason: `rule ${index + 1}` };
  const access = ["GET", "HEAD", "OPTIONS"].includes(method) ? "read" : "write";
  return { access, rule: null, reason: "default for its method" };
}

export const testRoute: Host["testRoute"] = async ({ rules, method, path }) => {
  await wait();
  checkRouteRules(rules);
  return matchRoute(rules, method, path);
};

export const listRequests: Host["listRequests"] = async ({ environmentId, query }) => {
  await wait();
  const { allowed, keyId, withoutKey, words = [], after = 0, before = Infinity, limit = 100 } = query;
  const matching = (requestLogs.get(environmentId) ?? []).filter((request) => {
    const { method, path, status, client, keyName, code } = request;
    const text = [method, path, status, client, request.keyId, keyName].join(" ").toLowerCase();
    return (
      (allowed === undefined || request.allowed === allowed) &&
      (keyId === undefined || request.keyId === keyId) &&
      (!withoutKey || request.keyId === null) &&
      words.every((word) => text.includes(word.text.toLowerCase()) || word.codes.includes(code))
    );
  });
  const inRange = matching.filter(({ id }) => id > after && id < before);
  const requests = after === 0 ? inRange.slice(0, limit) : inRange.slice(-limit);
  return { requests, hasMore: inRange.length > limit, total: matching.length, unlogged: 0 };
};

export const listRequestKeys: Host["listRequestKeys"] = async ({ environmentId }) => {
  await wait();
  const names = new Map<string, string>();
  for (const { keyId, keyName } of requestLogs.get(environmentId) ?? []) if (keyId !== null) names.set(keyId, keyName ?? keyId);
  return [...names].map(([id, name]) => ({ id, name })).toSorted((a, b) => a.name.localeCompare(b.name, "en"));
};

const SNIPPETS: Record<Proxy, string> = {
  nginx: `server {
    listen 127.0.0.1:8080;

    location / {
        auth_request /_keystile;
        proxy_set_header X-Keystile-Key-Name $keystile_key_name;
        proxy_pass   http://localhost:8000;
    }
}`,
  caddy: `:8080 {
\tbind 127.0.0.1
\tforward_auth 127.0.0.1:7400 {
\t\turi /v1/auth/caddy/{env}
\t}
\treverse_proxy localhost:8000
}`,
  traefik: `http:
  middlewares:
    keystile:
      forwardAuth:
        address: http://127.0.0.1:7400/v1/auth/traefik/{env}`,
  envoy: `http_filters:
  - name: envoy.filters.http.ext_authz
    typed_config:
      http_service:
        server_uri: { uri: 127.0.0.1:7400, cluster: keystile, timeout: 2s }`,
};

export const proxySnippet: Host["proxySnippet"] = async ({ environmentId, proxy }) => {
  await wait();
  return `# Keystile guards ${environmentId}.\n${SNIPPETS[proxy].replaceAll("{env}", environmentId)}`;
};

export const copySnippet: Host["copySnippet"] = async () => {
  await wait();
  if (scenarios.has("snippetfails")) {
    const advice = "Select the text and copy it by hand.";
    throw new CommandError("copy_timed_out", "The clipboard did not respond within 2 s.", advice);
  }
  return null;
};

/** The last copied text, for tests: the demo host has no access to the clipboard. */
export let copiedText = "";

export const copyText: Host["copyText"] = async ({ text }) => {
  await wait();
  copiedText = text;
  return null;
};

export const copyCurl: Host["copyCurl"] = async ({ environmentId }) => {
  await wait();
  if (settingsOf(environmentId).address === null) {
    throw new CommandError("no_endpoint", "This gateway has no address yet.", "Start it first.");
  }
  return null;
};

/** Decides a request by the key's state and permissions, and adds the decision to the log. */
export function decide(environmentId: string, method: string, path: string, key: Key | null): Decision {
  const { access, reason } = matchRoute(settingsOf(environmentId).rules, method, path);
  const code = decisionCode(key, access);
  const caller = access === "open" ? null : key;
  const id = ++lastRequest;
  const decision: Omit<Decision, "requestId"> = {
    at: Date.now(),
    method,
    path,
    access,
    keyId: caller?.id ?? null,
    keyName: caller?.name ?? null,
    allowed: code === "allowed" || code === "upstream_unreachable",
    code,
    ...demoResponse(code, method),
  };
  const request: LoggedRequest = {
    id,
    ...decision,
    source: "gateway",
    client: "127.0.0.1",
    accessReason: reason,
    removedHeaders: path === "/search" ? "x-forwarded-for, x-real-ip" : null,
  };
  requestLogs.set(environmentId, [request, ...(requestLogs.get(environmentId) ?? [])].slice(0, MAX_REQUESTS));
  return { ...decision, requestId: id };
}

/** Returns a status that suits the decision, and a duration that varies. */
function demoResponse(code: DecisionCode, method: string): Pick<Decision, "status" | "milliseconds"> {
  if (code === "insufficient_scope") return { status: 403, milliseconds: 0.4 };
  if (code === "upstream_unreachable") return { status: 502, milliseconds: 2 };
  if (code !== "allowed") return { status: 401, milliseconds: 0.3 };
  if (isApiFailing() || Math.random() < 0.03) return { status: 500, milliseconds: 210 };
  return { status: method === "POST" ? 201 : 200, milliseconds: 2 + Math.round(Math.random() ** 6 * 400) };
}

/** Whether the API answers every request with an error. */
export const isApiFailing = (): boolean => scenarios.has("apifails");

function decisionCode(key: Key | null, access: Access): DecisionCode {
  if (access === "open") return scenarios.has("apidown") ? "upstream_unreachable" : "allowed";
  if (!key) return "missing_key";
  // The gateway reports every ended key as revoked.
  if (key.state === "unclaimed" || key.state === "discarded") return "revoked";
  if (key.state !== "active") return key.state;
  if (access === "write" && !key.permissions.includes("write")) return "insufficient_scope";
  return scenarios.has("apidown") ? "upstream_unreachable" : "allowed";
}

const REQUESTS: readonly (readonly [method: string, path: string])[] = [
  ["GET", "/products"],
  ["POST", "/products"],
  ["GET", "/products/41b0c6a2-77f4-4c0e-9f0a-1d2b3c4d5e6f/pictures/front-and-back"],
  ["POST", "/search"],
  ["GET", "/health"],
  ["DELETE", "/orders/2026/10-0041"],
];

const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(Math.random() * list.length)];

function randomDecision(): Decision {
  const keys = database.keys.filter(({ environmentId }) => environmentId === "staging").slice(0, 5);
  const [method, path] = pick(REQUESTS) ?? ["GET", "/"];
  return decide("staging", method, path, pick([null, ...keys]) ?? null);
}

/** Simulates one request through the gateway of staging, if it runs. */
export function sendRandomRequest(): void {
  if (!settingsOf("staging").running) return;
  randomDecision();
  emit({ kind: "requests" });
}

function sendBurst(): void {
  if (!settingsOf("staging").running) return;
  for (let request = 0; request < 500; request += 1) randomDecision();
  emit({ kind: "requests" });
}
