/**
 * The records of the demo host: a shop with four environments and a handful of keys.
 */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** @param {number} length */
export function base62(length) {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => BASE62[byte % 62]).join("");
}

/** @typedef {import("../types/Key").Key} Key */
/** @typedef {import("../types/Environment").Environment} Environment */

/**
 * @param {string} id
 * @param {Partial<Environment>} fields
 * @returns {Environment}
 */
export function environment(id, fields) {
  return {
    id,
    projectId: "acme",
    projectName: "Acme Shop",
    name: id,
    stage: "development",
    prefix: `ks_${id.slice(0, 4)}`,
    prefixFixed: true,
    endpoint: null,
    keyLocation: { kind: "default" },
    activatedAt: Date.now() - 80 * DAY,
    activeKeys: 0,
    lastRequestAt: null,
    createdAt: Date.now() - 90 * DAY,
    ...fields,
  };
}

/**
 * @param {string} environmentId
 * @param {string} prefix
 * @param {string} name
 * @param {number} ageMs
 * @param {Partial<Key>} [fields]
 * @returns {Key}
 */
export function key(environmentId, prefix, name, ageMs, fields = {}) {
  const createdAt = Date.now() - ageMs;
  return {
    id: base62(12),
    environmentId,
    name,
    prefix,
    permissions: ["read"],
    state: "active",
    createdAt,
    claimedAt: createdAt + 4000,
    endedAt: null,
    keychain: false,
    lastUsedAt: null,
    lastClient: null,
    allowed: 0,
    denied: 0,
    ...fields,
  };
}

/**
 * @param {number} agoMs
 * @param {number} allowed
 * @param {number} denied
 * @returns {Partial<Key>}
 */
const used = (agoMs, allowed, denied) => ({
  lastUsedAt: Date.now() - agoMs,
  lastClient: "127.0.0.1",
  allowed,
  denied,
});

/** @returns {{environments: Environment[], keys: Key[]}} */
export function acmeShop() {
  /** @type {import("../types/Permission").Permission[]} */
  const both = ["read", "write"];
  const environments = [
    environment("production", { stage: "production", endpoint: "https://api.acme.example", lastRequestAt: Date.now() - 12_000 }),
    environment("staging", { stage: "staging", endpoint: "http://localhost:8000", lastRequestAt: Date.now() - 2 * 60_000 }),
    environment("dev-anna", { prefix: "ks_deva", endpoint: "http://localhost:8001" }),
    environment("preview", { activatedAt: null, prefixFixed: false, createdAt: Date.now() - 2 * DAY }),
  ];
  const ended = (/** @type {number} */ ageMs) => ({ endedAt: Date.now() - ageMs });
  const keys = [
    key("production", "ks_prod", "storefront", 3 * HOUR, { keychain: true, ...used(12_000, 48_211, 3) }),
    key("production", "ks_prod", "warehouse-sync", 9 * DAY, { permissions: both }),
    key("production", "ks_prod", "search-index", 26 * DAY),
    key("production", "ks_prod", "mobile-app", 61 * DAY),
    key("production", "ks_prod", "invoices", 62 * DAY, { permissions: both }),
    key("production", "ks_prod", "partner-feed", 70 * DAY),
    key("staging", "ks_stag", "ci-writer", 2 * 60_000, { id: "7Qf3aB2kLm9X", permissions: both, keychain: true, ...used(2 * 60_000, 312, 4) }),
    key("staging", "ks_stag", "storefront", 5 * HOUR, { id: "c0Zt8Rw1PqVd", keychain: true, ...used(8_000, 1_204_311, 0) }),
    key("staging", "ks_stag", "partner-feed", 28 * HOUR, { id: "M4xK2nTb7HsE", ...used(26 * HOUR, 17, 17) }),
    key("staging", "ks_stag", "migration-2026", 41 * DAY, { id: "p9LwYc3JgU5A", permissions: both }),
    key("staging", "ks_stag", "old-mobile", 400 * DAY, {
      id: "Z1vB6eNf0DkQ",
      permissions: both,
      state: "revoked",
      ...ended(98 * DAY),
      ...used(100 * DAY, 90_412, 1_377),
    }),
    key("staging", "ks_stag", "load-test", 12 * DAY, { state: "discarded", ...ended(12 * DAY) }),
    key("staging", "ks_stag", "nightly", 8 * DAY, { state: "unclaimed", ...ended(8 * DAY) }),
    key("dev-anna", "ks_deva", "anna-laptop", 4 * DAY, { permissions: both }),
    key("dev-anna", "ks_deva", "curl", 5 * DAY),
  ];
  return { environments, keys };
}

/**
 * @param {number} count
 * @returns {Key[]}
 */
export function manyKeys(count) {
  const purposes = ["worker", "storefront", "partner", "export", "cron", "webhook", "mobile", "search"];
  return Array.from({ length: count }, (_, n) =>
    key("staging", "ks_stag", `${purposes[n % purposes.length]}-${String(n + 1).padStart(4, "0")}`, (n + 1) * 7 * HOUR, {
      permissions: n % 3 ? ["read"] : ["read", "write"],
      state: n % 11 ? "active" : "revoked",
      keychain: n % 17 === 0,
    }),
  );
}

const left = {
  permissions: [/** @type {const} */ ("read")],
  projectId: "acme",
  projectName: "Acme Shop",
  environmentId: "staging",
  environmentName: "staging",
  stage: /** @type {const} */ ("staging"),
};

/** @type {import("../types/Notice").Notice[]} two prompts that a dead process left open */
export const firstNotices = [
  { kind: "unclaimed", keyId: "n1", name: "ci-writer", ...left },
  { kind: "unclosed", keyId: "M4xK2nTb7HsE", name: "partner-feed", ...left },
];
