/**
 * Filters, searches and sorts the key list. Rust does not send pending keys.
 */
import { strings } from "../strings.js";
import { formatCompactCount, formatCount } from "./numbers.js";

/** @typedef {import("../types/Key").Key} Key */
/** @typedef {"active" | "disabled" | "revoked" | "all"} Filter `revoked` includes all ended keys */
/** @typedef {"name" | "permissions" | "status" | "used" | "created"} Column */
/** @typedef {{column: Column, descending: boolean}} Order */

/** @type {Filter[]} */
const FILTERS = ["active", "disabled", "revoked", "all"];

/** Newest first. @type {Order} */
export const DEFAULT_ORDER = { column: "created", descending: true };

const ENDED = new Set(["revoked", "expired", "unclaimed", "discarded"]);

/** @type {Record<Column, boolean>} whether a first press on the column sorts downwards */
const FIRST_DESCENDING = { name: false, permissions: false, status: false, used: true, created: true };

/** The order of the states when sorted by status: usable keys first. */
const STATE_RANK = ["active", "disabled", "expired", "revoked", "unclaimed", "discarded"];

/**
 * @param {Key} key
 * @param {Filter} filter
 */
export function passes(key, filter) {
  if (filter === "active") return key.state === "active";
  if (filter === "disabled") return key.state === "disabled";
  if (filter === "revoked") return ENDED.has(key.state);
  return true;
}

/**
 * @param {Key[]} keys
 * @returns {Record<Filter, number>}
 */
export function counts(keys) {
  const count = { active: 0, disabled: 0, revoked: 0, all: keys.length };
  for (const key of keys) {
    if (passes(key, "active")) count.active += 1;
    else if (passes(key, "disabled")) count.disabled += 1;
    else if (passes(key, "revoked")) count.revoked += 1;
  }
  return count;
}

/**
 * Returns the filters that match at least one key, and always Active (the default) and the one in use.
 *
 * @param {Key[]} keys
 * @param {Filter} current
 */
export function visibleFilters(keys, current) {
  const count = counts(keys);
  return FILTERS.filter((filter) => count[filter] > 0 || filter === "active" || filter === current).map((filter) => ({
    filter,
    label: strings.keys.filters[filter],
    count: count[filter],
  }));
}

/**
 * @param {Key} key
 * @param {string} search words; each must occur in the name or in the key id with its prefix
 */
export function matches(key, search) {
  const hay = `${key.name}\n${key.prefix}_${key.id}`.toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}

/**
 * @param {Key[]} keys
 * @param {{filter: Filter, search: string, order: Order}} view
 * @returns {Key[]} a new array
 */
export function shown(keys, { filter, search, order }) {
  const compare = COMPARE[order.column];
  const sign = order.descending ? -1 : 1;
  return keys
    .filter((key) => passes(key, filter) && matches(key, search))
    .sort((a, b) => sign * compare(a, b) || b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

/**
 * @param {Order} order
 * @param {Column} column the header that was pressed
 * @returns {Order}
 */
export function nextOrder(order, column) {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: FIRST_DESCENDING[column] };
}

/**
 * Formats how many requests with a key were allowed and denied.
 *
 * @param {Pick<Key, "allowed" | "denied">} key
 * @param {"exact" | "short"} [form] short: large numbers are rounded
 */
export function requestCounts({ allowed, denied }, form = "exact") {
  const format = form === "short" ? formatCompactCount : formatCount;
  return strings.keys.counts(format(allowed), format(denied));
}

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** @type {Record<Column, (a: Key, b: Key) => number>} */
const COMPARE = {
  name: (a, b) => names.compare(a.name, b.name),
  permissions: (a, b) => a.permissions.length - b.permissions.length,
  status: (a, b) => STATE_RANK.indexOf(a.state) - STATE_RANK.indexOf(b.state),
  used: (a, b) => (a.lastUsedAt ?? 0) - (b.lastUsedAt ?? 0), // never used sorts as the oldest
  created: (a, b) => a.createdAt - b.createdAt,
};
