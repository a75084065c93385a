/** Filters, searches, and sorts the key list. Rust does not send pending keys. */
import type { Key } from "../../host/types/Key";
import type { KeyState } from "../../host/types/KeyState";
import { formatCompactCount, formatCount } from "../../lib/format/number";
import { strings } from "../../strings";

/** `revoked` includes all keys that have ended. */
export type Filter = "active" | "disabled" | "revoked" | "all";
export type SortKey = "name" | "permissions" | "status" | "used" | "created";
export interface Sort {
  column: SortKey;
  isDescending: boolean;
}

/** The part of the list that is visible, and its order. */
export interface View {
  filter: Filter;
  /** Words; each must occur in the name or in the key id with its prefix. */
  search: string;
  sort: Sort;
}

const FILTERS: readonly Filter[] = ["active", "disabled", "revoked", "all"];

/** Newest first. */
export const DEFAULT_SORT: Sort = { column: "created", isDescending: true };

/** The columns whose first press sorts downwards. */
const DESCENDING_FIRST: ReadonlySet<SortKey> = new Set(["used", "created"]);

const ENDED_STATES: ReadonlySet<KeyState> = new Set(["revoked", "expired", "unclaimed", "discarded"]);

/** The order of the states when sorted by status: usable keys first. */
const STATE_RANK: readonly KeyState[] = ["active", "disabled", "expired", "revoked", "unclaimed", "discarded"];

export function matchesFilter(key: Key, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "revoked":
      return ENDED_STATES.has(key.state);
    default:
      return key.state === filter;
  }
}

export function matchesSearch(key: Key, search: string): boolean {
  // Not in the system's locale: in Turkish, "CI" would not match "ci".
  const haystack = `${key.name}\n${key.prefix}_${key.id}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

/** A button that selects a filter. */
export interface FilterOption {
  filter: Filter;
  label: string;
  /** The number of keys that match. */
  count: number;
}

/** Returns the filters that match at least one key, and always Active (the default) and the current one. */
export function visibleFilters(keys: readonly Key[], current: Filter): FilterOption[] {
  return FILTERS.map((filter) => ({
    filter,
    label: strings.keys.filters[filter],
    count: keys.filter((key) => matchesFilter(key, filter)).length,
  })).filter(({ filter, count }) => count > 0 || filter === "active" || filter === current);
}

export function visibleKeys(keys: readonly Key[], { filter, search, sort }: View): Key[] {
  const compare = COMPARE[sort.column];
  const sign = sort.isDescending ? -1 : 1;
  return keys
    .filter((key) => matchesFilter(key, filter) && matchesSearch(key, search))
    .toSorted((a, b) => sign * compare(a, b) || b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

export function toggleSort(sort: Sort, column: SortKey): Sort {
  if (sort.column === column) return { column, isDescending: !sort.isDescending };
  return { column, isDescending: DESCENDING_FIRST.has(column) };
}

/** Returns the rows to focus when a key may leave the list: its own if it stays, the next, the previous. */
export function nearbyKeyIds(keys: readonly Key[], keyId: string): string[] {
  const index = keys.findIndex(({ id }) => id === keyId);
  const neighbors = index === -1 ? [] : [keys[index + 1], keys[index - 1]];
  return [keyId, ...neighbors.flatMap((key) => (key ? [key.id] : []))];
}

/** Formats how many requests with a key were allowed and denied. */
export const requestCounts = ({ allowed, denied }: Pick<Key, "allowed" | "denied">): string =>
  strings.keys.counts(formatCount(allowed), formatCount(denied));

/** Formats them with large numbers rounded. */
export const compactRequestCounts = ({ allowed, denied }: Pick<Key, "allowed" | "denied">): string =>
  strings.keys.counts(formatCompactCount(allowed), formatCompactCount(denied));

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

const COMPARE: Readonly<Record<SortKey, (a: Key, b: Key) => number>> = {
  name: (a, b) => names.compare(a.name, b.name),
  permissions: (a, b) => a.permissions.length - b.permissions.length,
  status: (a, b) => STATE_RANK.indexOf(a.state) - STATE_RANK.indexOf(b.state),
  used: (a, b) => (a.lastUsedAt ?? 0) - (b.lastUsedAt ?? 0), // never used sorts as the oldest
  created: (a, b) => a.createdAt - b.createdAt,
};
