/** How the key list of an environment is shown. */
import type { KeyCounts } from "../host/types/KeyCounts";
import type { KeyFilter } from "../host/types/KeyFilter";
import type { KeyQuery } from "../host/types/KeyQuery";
import type { KeySort } from "../host/types/KeySort";

/** The filters of the list. `current` is what one works with: active and disabled keys. */
export type Filter = "current" | "active" | "disabled" | "revoked" | "all";

/** The columns by which the list is sorted. */
export type SortKey = "name" | "permissions" | "status" | "used" | "created";

export interface Sort {
  column: SortKey;
  isDescending: boolean;
}

/** Kept for each environment until Keystile is closed. */
export interface KeyView {
  filter: Filter;
  search: string;
  sort: Sort;
  scrollTop: number;
  selectedId: string | null;
  isPanelOpen: boolean;
}

/** Newest first. */
export const DEFAULT_SORT: Sort = { column: "created", isDescending: true };

export const DEFAULT_VIEW: KeyView = {
  filter: "current",
  search: "",
  sort: DEFAULT_SORT,
  scrollTop: 0,
  selectedId: null,
  isPanelOpen: false,
};

/** The columns whose first press sorts downwards. */
const DESCENDING_FIRST: ReadonlySet<SortKey> = new Set(["used", "created"]);

const FILTERS: Readonly<Record<Filter, KeyFilter>> = {
  current: "usable",
  active: "active",
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
};

export function toggleSort(sort: Sort, column: SortKey): Sort {
  if (sort.column === column) return { column, isDescending: !sort.isDescending };
  return { column, isDescending: DESCENDING_FIRST.has(column) };
}

/** Returns the query for a page of the list. */
export const keyQuery = ({ filter, search, sort }: KeyView, offset: number, limit: number): KeyQuery => ({
  filter: FILTERS[filter],
  search: search.trim(),
  sort: SORTS[sort.column],
  descending: sort.isDescending,
  offset,
  limit,
});

/** A button that selects a filter. */
export interface FilterOption {
  filter: Filter;
  /** The number of keys that match. */
  count: number;
}

/** Returns the filters that show something else than those before them, and always the default and the current one. */
export function visibleFilters({ active, disabled, ended }: KeyCounts, current: Filter): FilterOption[] {
  const options: (FilterOption & { isUseful: boolean })[] = [
    { filter: "current", count: active + disabled, isUseful: true },
    { filter: "active", count: active, isUseful: active > 0 && disabled > 0 },
    { filter: "disabled", count: disabled, isUseful: disabled > 0 },
    { filter: "revoked", count: ended, isUseful: ended > 0 },
    { filter: "all", count: active + disabled + ended, isUseful: ended > 0 },
  ];
  return options
    .filter(({ filter, isUseful }) => isUseful || filter === current)
    .map(({ filter, count }) => ({ filter, count }));
}
