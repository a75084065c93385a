/** The key list of the demo host: filters, searches, sorts and pages as Rust does. */
import type { Host } from "../src/host/host";
import type { Key } from "../src/host/types/Key";
import type { KeyCounts } from "../src/host/types/KeyCounts";
import type { KeyFilter } from "../src/host/types/KeyFilter";
import type { KeyQuery } from "../src/host/types/KeyQuery";
import type { KeySort } from "../src/host/types/KeySort";
import { database, findEnvironment, findKey } from "./database";
import { settleKeys } from "./key-life";
import { wait } from "./scenario";

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

const COMPARE: Readonly<Record<KeySort, (a: Key, b: Key) => number>> = {
  name: (a, b) => names.compare(a.name, b.name),
  permissions: (a, b) => a.permissions.length - b.permissions.length,
  state: (a, b) => stateRank(a) - stateRank(b),
  last_used: (a, b) => (a.lastUsedAt ?? 0) - (b.lastUsedAt ?? 0),
  created: (a, b) => a.createdAt - b.createdAt,
  expiry: (a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity),
};

const stateRank = ({ state }: Key): number => ["active", "disabled"].indexOf(state) + 1 || 3;

const EXPIRING_MS = 30 * 24 * 3_600_000;

const isExpiring = ({ state, expiresAt }: Key): boolean =>
  (state === "active" || state === "disabled") && expiresAt !== null && expiresAt < Date.now() + EXPIRING_MS;

function matchesFilter(key: Key, filter: KeyFilter): boolean {
  const isUsable = key.state === "active" || key.state === "disabled";
  switch (filter) {
    case "all":
      return true;
    case "usable":
      return isUsable;
    case "ended":
      return !isUsable;
    case "expiring":
      return isExpiring(key);
    case "in_keychain":
      return key.keychain;
    default:
      return key.state === filter;
  }
}

/** The last list, because its pages are read one after the other. */
let cached: { source: Key[]; query: string; keys: Key[] } | null = null;

function listed(environmentId: string, { filter, search, sort, descending }: KeyQuery): Key[] {
  const query = JSON.stringify([environmentId, filter, search, sort, descending]);
  if (cached?.source === database.keys && cached.query === query) return cached.keys;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const sign = descending ? -1 : 1;
  const keys = database.keys
    .filter((key) => key.environmentId === environmentId && key.state !== "pending" && matchesFilter(key, filter))
    .filter(({ name, prefix, id }) => {
      const text = `${name}\n${prefix}_${id}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => sign * COMPARE[sort](a, b) || b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  cached = { source: database.keys, query, keys };
  return keys;
}

export const matchingKeys = (environmentId: string, filter: KeyFilter, search: string): Key[] =>
  listed(environmentId, { filter, search, sort: "created", descending: true, offset: 0, limit: null });

function countKeys(environmentId: string): KeyCounts {
  const counts = { active: 0, disabled: 0, ended: 0, expiring: 0 };
  for (const key of database.keys) {
    if (key.environmentId !== environmentId || key.state === "pending") continue;
    counts[key.state === "active" || key.state === "disabled" ? key.state : "ended"] += 1;
    if (isExpiring(key)) counts.expiring += 1;
  }
  return counts;
}

export const listKeys: Host["listKeys"] = async ({ environmentId, query }) => {
  await wait();
  findEnvironment(environmentId);
  settleKeys();
  const keys = listed(environmentId, query);
  const page = keys.slice(query.offset, query.limit === null ? undefined : query.offset + query.limit);
  return { keys: page, total: keys.length, counts: countKeys(environmentId) };
};

export const findKeys: Host["findKeys"] = async ({ keyIds }) => {
  await wait();
  settleKeys();
  return database.keys.filter(({ id, state }) => keyIds.includes(id) && state !== "pending");
};

export const keyPosition: Host["keyPosition"] = async ({ environmentId, query, keyId }) => {
  await wait();
  const position = listed(environmentId, query).findIndex(({ id }) => id === keyId);
  return position === -1 ? null : position;
};

export const copyKeyId: Host["copyKeyId"] = async ({ keyId }) => {
  await wait();
  findKey(keyId);
  return null;
};
