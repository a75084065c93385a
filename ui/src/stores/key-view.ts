/** How the key list of an environment is shown. */
import type { KeyCounts } from "../host/types/KeyCounts";
import type { KeyFilter } from "../host/types/KeyFilter";
import type { KeyQuery } from "../host/types/KeyQuery";
import type { KeySort } from "../host/types/KeySort";

/** The filters of the list. `current` is what one works with: active and disabled keys. */
export type Filter = "current" | "active" | "expiring" | "disabled" | "revoked" | "all";

/** What the list is sorted by: a column, or the expiry, which has none. */
export type SortKey = "name" | "permissions" | "status" | "used" | "created" | "expiry";

export interface Sort {
  column: SortKey;
  isDescending: boolean;
}

/** Kept for each environment until Keystile is closed. */
export interface KeyView {
  filter: Filter;
  search: string;
  /** Null: the default of the filter. */
  sort: Sort | null;
  scrollTop: number;
  /** The row that the arrow keys move, and whose details are shown. */
  currentId: string | null;
  isPanelOpen: boolean;
}

/** Newest first. */
export const DEFAULT_SORT: Sort = { column: "created", isDescending: true };

/** The next expiry first. */
const EXPIRY_SORT: Sort = { column: "expiry", isDescending: false };

export const DEFAULT_VIEW: KeyView = {
  filter: "current",
  search: "",
  sort: null,
  scrollTop: 0,
  currentId: null,
  isPanelOpen: false,
};

/** The columns whose first press sorts downwards. */
const DESCENDING_FIRST: ReadonlySet<SortKey> = new Set(["used", "created"]);

const FILTERS: Readonly<Record<Filter, KeyFilter>> = {
  current: "usable",
  active: "active",
  expiring: "expiring",
  disabled: "disabled",
  revoked: "ended",
  all: "all",
};

const SORTS: Readonly<Record<SortKey, KeySort>> = {
  name: "name",
  permissions: "permissions",
  status: "state",
  used: "last_used",
  created: "created",
  expiry: "expiry",
};

/** Returns what the list is sorted by. */
export const currentSort = ({ filter, sort }: Pick<KeyView, "filter" | "sort">): Sort =>
  sort ?? (filter === "expiring" ? EXPIRY_SORT : DEFAULT_SORT);

export function toggleSort(sort: Sort, column: SortKey): Sort {
  if (sort.column === column) return { column, isDescending: !sort.isDescending };
  return { column, isDescending: DESCENDING_FIRST.has(column) };
}

/** Returns the query for a page of the list. */
export function keyQuery(view: KeyView, offset: number, limit: number): KeyQuery {
  const { column, isDescending } = currentSort(view);
  return {
    filter: FILTERS[view.filter],
    search: view.search.trim(),
    sort: SORTS[column],
    descending: isDescending,
    offset,
    limit,
  };
}

/** A button that selects a filter. */
export interface FilterOption {
  filter: Filter;
  /** The number of keys that match. */
  count: number;
}

/** Returns the filters that show something else than those before them, and always the default and the current one. */
export function visibleFilters({ active, disabled, ended, expiring }: KeyCounts, current: Filter): FilterOption[] {
  const options: (FilterOption & { isUseful: boolean })[] = [
    { filter: "current", count: active + disabled, isUseful: true },
    { filter: "active", count: active, isUseful: active > 0 && disabled > 0 },
    { filter: "expiring", count: expiring, isUseful: expiring > 0 },
    { filter: "disabled", count: disabled, isUseful: disabled > 0 },
    { filter: "revoked", count: ended, isUseful: ended > 0 },
    { filter: "all", count: active + disabled + ended, isUseful: ended > 0 },
  ];
  return options
    .filter(({ filter, isUseful }) => isUseful || filter === current)
    .map(({ filter, count }) => ({ filter, count }));
}
