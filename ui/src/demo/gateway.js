/**
 * Gateways of the demo host, in memory: they start, stop and decide simulated requests. Scenes: `running` (staging runs,
 * a request every second), `flood` (5,000 a second), `conflict` (port 7420 is in use), `offers` (five can be restarted),
 * `snippetfails`. `keystileGateway.playRequest()` simulates one request.
 */
import { refuse } from "./rules.js";
import { scenes, wait } from "./scene.js";

/** @typedef {import("../types/AppEvent").AppEvent} AppEvent */
/** @typedef {import("../types/Decision").Decision} Decision */
/** @typedef {import("../types/Environment").Environment} Environment */
/** @typedef {import("../types/Gateway").Gateway} Gateway */
/** @typedef {import("../types/Key").Key} Key */
/** @typedef {import("../types/RouteRule").RouteRule} RouteRule */

/**
 * @typedef {object} Records the records of the demo host
 * @property {(id: string) => Environment} findEnvironment
 * @property {() => Environment[]} environments
 * @property {() => Key[]} keys
 * @property {(change: AppEvent) => void} emit
 */

/** @type {Records} */
let records;
/** @type {Map<string, Omit<Gateway, "endpoint" | "conflict">>} */
const gateways = new Map();
/** @type {Map<string, Decision[]>} newest first */
const decided = new Map();
let nextPort = 7420;
let nextDecision = 1;

/** @param {Records} source */
export function connectGateways(source) {
  records = source;
  if (scenes.has("running") || scenes.has("flood")) {
    Object.assign(own("staging"), { running: true });
    if (scenes.has("flood")) setInterval(() => flood(), 100);
    else setInterval(() => playRequest(), 1100);
  }
}

/** @param {string} environmentId */
function own(environmentId) {
  let gateway = gateways.get(environmentId);
  if (!gateway) {
    const known = environmentId === "staging";
    gateway = {
      environmentId,
      running: false,
      address: known ? "127.0.0.1:7420" : null,
      sample: false,
      preserveHost: true,
      allowPreflight: false,
      rules: known
        ? [
            { method: "POST", path: "/search", access: "read" },
            { method: null, path: "/health", access: "open" },
          ]
        : [],
    };
    gateways.set(environmentId, gateway);
  }
  return gateway;
}

/** @param {string} environmentId @returns {Gateway} */
function view(environmentId) {
  const gateway = own(environmentId);
  const { endpoint } = records.findEnvironment(environmentId);
  return { ...gateway, rules: [...gateway.rules], endpoint: gateway.sample ? null : endpoint, conflict: null };
}

const running = () =>
  [...gateways.values()]
    .filter((gateway) => gateway.running)
    .map(({ environmentId, address }) => ({ environmentId, address: address ?? "" }));

export function gatewaysAtStart() {
  const offered = scenes.has("offers") ? records.environments().concat(records.environments()).slice(0, 5) : [];
  return {
    gateways: running(),
    restorable: offered.map(({ id, name, projectId, projectName }, at) => ({
      environmentId: at < records.environments().length ? id : `${id}-2`,
      environmentName: name,
      projectId,
      projectName,
      address: `127.0.0.1:${7420 + at}`,
    })),
  };
}

/** @param {{environmentId: string}} fields */
export async function showGateway({ environmentId }) {
  await wait();
  return view(environmentId);
}

/** @param {{environmentId: string, port: number | null}} fields @returns {Promise<Gateway>} */
export async function startGateway({ environmentId, port }) {
  await wait(200);
  const gateway = own(environmentId);
  if (!view(environmentId).endpoint && !gateway.sample) {
    throw refuse("missing_endpoint", "This gateway has no endpoint.", "Enter an endpoint, or use the sample API.");
  }
  if (scenes.has("conflict") && gateway.address === "127.0.0.1:7420" && port === null) {
    return { ...view(environmentId), conflict: { port: 7420, owner: "node (pid 812)", suggestion: 7421 } };
  }
  if (port !== null || gateway.address === null) gateway.address = `127.0.0.1:${port ?? (nextPort += 1)}`;
  gateway.running = true;
  records.emit({ kind: "gateways", running: running() });
  return view(environmentId);
}

/** @param {{environmentId: string}} fields */
export async function stopGateway({ environmentId }) {
  await wait(200);
  own(environmentId).running = false;
  records.emit({ kind: "gateways", running: running() });
  return view(environmentId);
}

/** @param {{environmentId: string, preserveHost: boolean, allowPreflight: boolean, sample: boolean, rules: RouteRule[]}} fields */
export async function editGateway({ environmentId, ...fields }) {
  await wait();
  checkRules(fields.rules);
  Object.assign(own(environmentId), fields);
  return view(environmentId);
}

/** @param {RouteRule[]} rules */
function checkRules(rules) {
  rules.forEach(({ path }, index) => {
    if (!/^\/[\w\-./~!$&'()+,=:@]*\*?$/.test(path) || /[^/]\*$/.test(path)) {
      throw refuse("invalid_route_rule", "Invalid path.", "Begin with /, and end with /* to match everything below.", `rules.${index}`);
    }
  });
}

/** @param {{rules: RouteRule[], method: string, path: string}} request */
function route({ rules, method, path }) {
  const rule = rules.findIndex(
    (each) =>
      (each.method === null || each.method === method) &&
      (each.path.endsWith("/*") ? `${path}/`.startsWith(each.path.slice(0, -1)) : each.path === path),
  );
  const reads = method === "GET" || method === "HEAD" || method === "OPTIONS";
  return rule === -1
    ? { access: reads ? /** @type {const} */ ("read") : /** @type {const} */ ("write"), rule: null, reason: "default for its method" }
    : { access: rules[rule].access, rule, reason: `rule ${rule + 1}` };
}

/** @param {{rules: RouteRule[], method: string, path: string}} request */
export async function testRoute(request) {
  await wait();
  checkRules(request.rules);
  return route(request);
}

/** @param {{environmentId: string}} fields */
export async function listDecisions({ environmentId }) {
  await wait();
  return [...(decided.get(environmentId) ?? [])];
}

const SNIPPETS = {
  nginx: ["server {", "    listen 127.0.0.1:8080;", "", "    location / {", "        auth_request /_keystile;", "        proxy_set_header X-Keystile-Key-Name $keystile_key_name;", "        proxy_pass   http://localhost:8000;", "    }", "}"],
  caddy: [":8080 {", "\tbind 127.0.0.1", "\tforward_auth 127.0.0.1:7400 {", "\t\turi /v1/auth/caddy/{env}", "\t}", "\treverse_proxy localhost:8000", "}"],
  traefik: ["http:", "  middlewares:", "    keystile:", "      forwardAuth:", "        address: http://127.0.0.1:7400/v1/auth/traefik/{env}"],
  envoy: ["http_filters:", "  - name: envoy.filters.http.ext_authz", "    typed_config:", "      http_service:", "        server_uri: { uri: 127.0.0.1:7400, cluster: keystile, timeout: 2s }"],
};

/** @param {{environmentId: string, proxy: import("../types/Proxy").Proxy}} fields */
export async function proxySnippet({ environmentId, proxy }) {
  await wait();
  return [`# Keystile guards ${environmentId}.`, ...SNIPPETS[proxy]].join("\n").replaceAll("{env}", environmentId);
}

/** @param {{environmentId: string, proxy: import("../types/Proxy").Proxy}} fields */
export async function copySnippet(fields) {
  await proxySnippet(fields);
  if (scenes.has("snippetfails")) throw refuse("copy_timed_out", "The clipboard did not respond within 2 s.", "Select the text and copy it by hand.");
  return null;
}

/** @param {{environmentId: string}} fields */
export async function copyCurl({ environmentId }) {
  await wait();
  if (own(environmentId).address === null) throw refuse("no_endpoint", "This gateway has no address yet.", "Start it first.");
  return null;
}

/**
 * Decides a request by the key's state and permissions, and adds the decision to the log.
 *
 * @param {string} environmentId
 * @param {string} method
 * @param {string} path
 * @param {Key | null} key
 * @returns {Decision}
 */
export function decide(environmentId, method, path, key) {
  const { access } = route({ rules: own(environmentId).rules, method, path });
  const code = reason(key, access);
  /** @type {Decision} */
  const decision = {
    id: nextDecision++,
    at: Date.now(),
    method,
    path,
    access,
    keyId: access === "open" ? null : (key?.id ?? null),
    keyName: access === "open" ? null : (key?.name ?? null),
    allowed: code === "allowed",
    code,
    status: code === "allowed" ? 200 : code === "insufficient_scope" ? 403 : 401,
    milliseconds: 3,
  };
  decided.set(environmentId, [decision, ...(decided.get(environmentId) ?? [])].slice(0, 200));
  return decision;
}

/**
 * @param {Key | null} key
 * @param {import("../types/Access").Access} access
 * @returns {import("../types/DecisionCode").DecisionCode}
 */
function reason(key, access) {
  if (access === "open") return "allowed";
  if (!key) return "missing_key";
  // The gateway reports every ended key as revoked.
  if (key.state === "unclaimed" || key.state === "discarded") return "revoked";
  if (key.state !== "active") return key.state;
  return access === "write" && !key.permissions.includes("write") ? "insufficient_scope" : "allowed";
}

const PLAYED = [
  ["GET", "/products"],
  ["POST", "/products"],
  ["GET", "/products/41b0c6a2-77f4-4c0e-9f0a-1d2b3c4d5e6f/pictures/front-and-back"],
  ["POST", "/search"],
  ["GET", "/health"],
  ["DELETE", "/orders/2026/10-0041"],
];

/** @param {number} [at] which of the requests and keys; the next when left out */
function played(at = nextDecision) {
  const keys = [null, ...records.keys().filter((key) => key.environmentId === "staging").slice(0, 5)];
  const [method, path] = PLAYED[at % PLAYED.length];
  return decide("staging", method, path, keys[(at * 7) % keys.length]);
}

/** @param {number} [at] */
export function playRequest(at) {
  if (!own("staging").running) return;
  records.emit({ kind: "decisions", environmentId: "staging", decisions: [played(at)], skipped: 0 });
}

function flood() {
  if (!own("staging").running) return;
  const decisions = Array.from({ length: 50 }, () => played());
  records.emit({ kind: "decisions", environmentId: "staging", decisions, skipped: 450 });
}

Object.assign(globalThis, { keystileGateway: { playRequest } });
