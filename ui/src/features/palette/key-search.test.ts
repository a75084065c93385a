import { beforeEach, expect, test, vi } from "vitest";
import type { Host } from "../../host/host";
import type { FoundKey } from "../../host/types/FoundKey";
import type { IdentifiedKey } from "../../host/types/IdentifiedKey";
import { deferred } from "../../stores/test-fixtures";
import { KeySearch, mayContainKey } from "./key-search";

const foundKey = (id: string): FoundKey => ({
  id,
  name: `key ${id}`,
  prefix: "ks_stag",
  state: "active",
  permissions: ["read"],
  environmentId: "e",
  environmentName: "staging",
  stage: "staging",
  projectId: "p",
  projectName: "Acme Shop",
});

const host = {
  searchKeys: vi.fn<Host["searchKeys"]>(async () => [foundKey("k")]),
  identifyText: vi.fn<Host["identifyText"]>(async () => null),
};
let search: KeySearch;

beforeEach(() => {
  vi.clearAllMocks();
  vi.useFakeTimers();
  search = new KeySearch(host);
});

test("fast typing sends one search", async () => {
  for (const text of ["c", "ci", "ci-"]) search.search(text);
  expect(search.isSearching).toBe(true);
  await vi.advanceTimersByTimeAsync(100);
  expect(host.searchKeys).toHaveBeenCalledExactlyOnceWith({ text: "ci-" });
  expect(search.found).toHaveLength(1);
  expect(search.isSearching).toBe(false);
});

test("late result of an older search is dropped, and an empty search finds nothing", async () => {
  const older = deferred<FoundKey[]>();
  host.searchKeys.mockReturnValueOnce(older.promise);
  search.search("old");
  await vi.advanceTimersByTimeAsync(100);
  search.search("");
  older.resolve([foundKey("old")]);
  await vi.advanceTimersByTimeAsync(100);
  expect(search.found).toEqual([]);
});

test("pasted text is sent once and not kept", async () => {
  const identified: IdentifiedKey = { key: foundKey("k"), lastUsedAt: null, form: "whole" };
  host.identifyText.mockResolvedValueOnce(identified);
  const secret = `ks_stag_k_${"s".repeat(49)}`;
  const reading = search.identify(secret);
  expect(search.pasted).toEqual({ state: "reading" });
  expect(await reading).toBe(identified);
  expect(search.pasted).toEqual({ state: "read", identified });
  expect(JSON.stringify(search)).not.toContain(secret);
});

test("failed search finds nothing and does not search forever", async () => {
  host.searchKeys.mockRejectedValueOnce(new Error("busy"));
  search.search("ci");
  await vi.advanceTimersByTimeAsync(100);
  expect([search.found, search.isSearching]).toEqual([[], false]);
});

test.for([
  "ks_stag_7Qf3aB2kLm9X_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1umWha",
  "7Qf3aB2kLm9X",
  "003aUlTJC7tjlCTQj2uNU3",
  "GET /products\n401",
  "x ".repeat(40),
])("pasted %s may contain a key", (text) => {
  expect(mayContainKey(text)).toBe(true);
});

test.for(["ci-writer", "storefront", " staging\n", "Acme Shop"])("pasted %s is a search", (text) => {
  expect(mayContainKey(text)).toBe(false);
});
