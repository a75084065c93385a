/** The first records of the demo host: a shop with four environments and a handful of keys. */
import type { Environment } from "../src/host/types/Environment";
import type { Key } from "../src/host/types/Key";
import type { Notice } from "../src/host/types/Notice";
import type { Permission } from "../src/host/types/Permission";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const BOTH: Permission[] = ["read", "write"];

export function base62(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => BASE62[byte % 62]).join("");
}

export function environmentRecord(id: string, fields: Partial<Environment>): Environment {
  return {
    id,
    projectId: "acme",
    projectName: "Acme Shop",
    name: id,
    stage: "development",
    prefix: `ks_${id === "production" ? "live" : id}`,
    prefixFixed: true,
    endpoint: null,
    keyLocation: { kind: "default" },
    defaultDays: null,
    maxDays: null,
    activatedAt: Date.now() - 80 * DAY,
    activeKeys: 0,
    lastRequestAt: null,
    createdAt: Date.now() - 90 * DAY,
    ...fields,
  };
}

export function keyRecord(
  environmentId: string,
  prefix: string,
  name: string,
  ageMs: number,
  fields: Partial<Key> = {},
): Key {
  const createdAt = Date.now() - ageMs;
  return {
    id: base62(12),
    environmentId,
    name,
    prefix,
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
    createdAt,
    claimedAt: createdAt + 4000,
    endedAt: null,
    keychain: false,
    keychainOutdated: false,
    lastUsedAt: null,
    lastClient: null,
    allowed: 0,
    denied: 0,
    ...fields,
  };
}

const used = (ageMs: number, allowed: number, denied: number): Partial<Key> => ({
  lastUsedAt: Date.now() - ageMs,
  lastClient: "127.0.0.1",
  allowed,
  denied,
});

const ended = (ageMs: number): Partial<Key> => ({ endedAt: Date.now() - ageMs });

const production = (name: string, ageMs: number, fields?: Partial<Key>) =>
  keyRecord("production", "ks_live", name, ageMs, fields);

const staging = (name: string, ageMs: number, fields?: Partial<Key>) =>
  keyRecord("staging", "ks_staging", name, ageMs, fields);

export function acmeShop(): { environments: Environment[]; keys: Key[] } {
  const environments = [
    environmentRecord("production", {
      stage: "production",
      defaultDays: 90,
      maxDays: 365,
      endpoint: "https://api.acme.example",
      lastRequestAt: Date.now() - 12_000,
    }),
    environmentRecord("staging", {
      stage: "staging",
      endpoint: "http://localhost:8000",
      lastRequestAt: Date.now() - 2 * 60_000,
    }),
    environmentRecord("dev-anna", { prefix: "ks_dev", endpoint: "http://localhost:8001" }),
    environmentRecord("preview", { activatedAt: null, prefixFixed: false, createdAt: Date.now() - 2 * DAY }),
  ];
  const keys = [
    production("storefront", 3 * HOUR, { keychain: true, ...used(12_000, 48_211, 3) }),
    production("warehouse-sync", 9 * DAY, { permissions: BOTH, expiresAt: Date.now() + 81 * DAY }),
    production("search-index", 26 * DAY, { expiresAt: Date.now() + 5 * DAY }),
    production("mobile-app", 61 * DAY),
    production("invoices", 62 * DAY, { permissions: BOTH }),
    production("partner-feed", 70 * DAY),
    staging("ci-writer", 2 * 60_000, {
      id: "7Qf3aB2kLm9X",
      permissions: BOTH,
      keychain: true,
      owner: "Platform team",
      tags: ["ci", "deploy"],
      note: "Used by the nightly build to publish the catalog.",
      expiresAt: Date.now() + 6.2 * DAY,
      ...used(2 * 60_000, 312, 4),
    }),
    staging("storefront", 5 * HOUR, { id: "c0Zt8Rw1PqVd", keychain: true, ...used(8_000, 1_204_311, 0) }),
    staging("partner-feed", 28 * HOUR, { id: "M4xK2nTb7HsE", expiresAt: Date.now() + 22 * DAY, oldSecretEndsAt: Date.now() + 20 * HOUR, ...used(3 * MINUTE, 17, 17) }),
    staging("migration-2026", 41 * DAY, { id: "p9LwYc3JgU5A", permissions: BOTH }),
    staging("old-mobile", 400 * DAY, {
      id: "Z1vB6eNf0DkQ",
      permissions: BOTH,
      state: "revoked",
      revokeReason: "superseded",
      revokeNote: "The app of 2026 has its own key.",
      ...ended(98 * DAY),
      ...used(100 * DAY, 90_412, 1_377),
    }),
    staging("load-test", 12 * DAY, { state: "discarded", ...ended(12 * DAY) }),
    staging("nightly", 8 * DAY, { state: "unclaimed", ...ended(8 * DAY) }),
    keyRecord("dev-anna", "ks_dev", "anna-laptop", 4 * DAY, { permissions: BOTH }),
    keyRecord("dev-anna", "ks_dev", "curl", 5 * DAY),
  ];
  return { environments, keys };
}

export function manyKeys(count: number): Key[] {
  const purposes = ["worker", "storefront", "partner", "export", "cron", "webhook", "mobile", "search"];
  return Array.from({ length: count }, (_, index) => {
    const name = `${purposes[index % purposes.length]}-${String(index + 1).padStart(4, "0")}`;
    return staging(name, (index + 1) * 7 * (count > 1000 ? MINUTE : HOUR), {
      permissions: index % 3 ? ["read"] : BOTH,
      state: index % 11 === 0 ? "revoked" : index % 29 === 0 ? "disabled" : "active",
      keychain: index % 17 === 0,
    });
  });
}

const notice = (kind: Notice["kind"], keyId: string, name: string): Notice => ({
  kind,
  keyId,
  name,
  permissions: ["read"],
  projectId: "acme",
  projectName: "Acme Shop",
  environmentId: "staging",
  environmentName: "staging",
  stage: "staging",
});

/** Prompts that a process left open when it was killed. */
export const firstNotices = [
  notice("unclaimed", "n1", "ci-writer"),
  notice("rotation_unclaimed", "c0Zt8Rw1PqVd", "storefront"),
  notice("unclosed", "M4xK2nTb7HsE", "partner-feed"),
];
