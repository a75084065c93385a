import { beforeEach, describe, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Key } from "../host/types/Key";
import type { KeyPage } from "../host/types/KeyPage";
import type { KeySelection } from "../host/types/KeySelection";
import { KeyList, PAGE_SIZE } from "./key-list";
import { deferred, keyFixture, keyPageFixture, settled } from "./test-fixtures";

/** The keys that the host has, in their order. A test changes them. */
let keys: Key[];
const listKeys = vi.fn<Host["listKeys"]>();
const keyPosition = vi.fn<Host["keyPosition"]>();
let list: KeyList;

const keysNamed = (...ids: (string | number)[]) => ids.map((id) => keyFixture(String(id)));
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

const pageOf = (offset: number, limit: number | null): KeyPage =>
  keyPageFixture(keys.slice(offset, offset + (limit ?? Infinity)), keys.length);

beforeEach(async () => {
  vi.resetAllMocks();
  keys = keysNamed(...range(0, 999));
  listKeys.mockImplementation(async ({ query }) => pageOf(query.offset, query.limit));
  keyPosition.mockImplementation(async ({ keyId }) => {
    const position = keys.findIndex(({ id }) => id === keyId);
    return position === -1 ? null : position;
  });
  list = new KeyList("e", { listKeys, keyPosition }, () => {});
  await list.read();
});

/** Returns the ids that Rust receives. */
function selectedIds({ query }: KeyList["selected"]): string[] {
  if (query.kind === "keys") return query.ids;
  throw new Error(`not a selection by ids: ${JSON.stringify(query)}`);
}

const texts = (first: number, last: number) => range(first, last).map(String);

const allMatching = (fields: Partial<Extract<KeySelection, { kind: "matching" }>> = {}): KeySelection => ({
  kind: "matching",
  filter: "usable",
  search: "",
  except: [],
  ...fields,
});

describe("single keys", () => {
  test("toggle selects a key and deselects it again", () => {
    list.selected.toggle("3");
    list.selected.toggle("5");
    expect([list.selected.count, list.selected.has("3"), list.selected.has("4")]).toEqual([2, true, false]);
    list.selected.toggle("3");
    expect(selectedIds(list.selected)).toEqual(["5"]);
  });

  test("clear deselects everything and forgets where a range begins", async () => {
    list.selected.toggle("3");
    list.selected.clear();
    await list.selected.selectTo("6");
    expect(selectedIds(list.selected)).toEqual(["6"]);
  });
});

describe("ranges", () => {
  test("range contains the rows between, in both directions", async () => {
    list.selected.toggle("5");
    await list.selected.selectTo("8");
    expect(selectedIds(list.selected)).toEqual(texts(5, 8));
    await list.selected.selectTo("3");
    expect(selectedIds(list.selected).toSorted()).toEqual(texts(3, 5));
  });

  test("shorter range replaces the longer one and keeps what was selected before", async () => {
    list.selected.toggle("1");
    list.selected.setAnchor("10");
    await list.selected.selectTo("20");
    await list.selected.selectTo("12");
    expect(selectedIds(list.selected)).toEqual(["1", ...texts(10, 12)]);
  });

  test("range across unloaded pages is read exactly, with one query", async () => {
    list.selected.toggle("20");
    await list.loadRow(750);
    listKeys.mockClear();
    await list.selected.selectTo("750");
    expect(selectedIds(list.selected)).toEqual(texts(20, 750));
    expect(listKeys.mock.calls.map(([{ query }]) => [query.offset, query.limit])).toEqual([[20, 731]]);
  });

  test("loaded range is not read again", async () => {
    list.selected.toggle("0");
    listKeys.mockClear();
    await list.selected.selectTo("99");
    expect([list.selected.count, listKeys.mock.calls.length]).toEqual([100, 0]);
  });

  test("range is read again if the list changes meanwhile", async () => {
    list.selected.toggle("50");
    await list.loadRow(250);
    const before = deferred<KeyPage>();
    listKeys.mockReturnValueOnce(before.promise);
    const selecting = list.selected.selectTo("250");
    await settled();
    keys = [...keysNamed("new"), ...keys];
    await list.read();
    before.resolve(pageOf(50, 201)); // now with other keys at its ends
    await selecting;
    expect(selectedIds(list.selected)).toEqual(texts(50, 250));
  });

  test("failed read selects nothing and shows its error", async () => {
    list.selected.toggle("0");
    await list.loadRow(500);
    listKeys.mockRejectedValueOnce(new CommandError("database_busy", "Busy."));
    await list.selected.selectTo("500");
    expect([selectedIds(list.selected), list.failure?.message]).toEqual([["0"], "Busy."]);
  });

  test("later range wins over one that is still read", async () => {
    list.selected.toggle("0");
    await list.loadRow(500);
    const slow = deferred<KeyPage>();
    listKeys.mockReturnValueOnce(slow.promise);
    const first = list.selected.selectTo("500");
    await settled();
    await list.selected.selectTo("2");
    slow.resolve(pageOf(0, 501));
    await first;
    expect(selectedIds(list.selected)).toEqual(texts(0, 2));
  });

  test("range whose beginning left the list selects only its end", async () => {
    list.selected.setAnchor("5");
    keys = keys.filter(({ id }) => id !== "5");
    await list.read();
    await list.selected.selectTo("8");
    await list.selected.selectTo("9");
    expect(selectedIds(list.selected), "the next range begins there").toEqual(["8", "9"]);
  });
});

describe("all matching", () => {
  test("selection of all contains rows that were not read", () => {
    list.selected.selectAll();
    expect([list.selected.count, list.selected.has("0"), list.selected.has("999")]).toEqual([1000, true, true]);
    expect(list.selected.query).toEqual(allMatching());
  });

  test("deselected keys are excepted, and selecting them again ends that", async () => {
    await list.setView({ filter: "all", search: " key " });
    list.selected.selectAll();
    list.selected.toggle("3");
    list.selected.toggle("4");
    expect([list.selected.count, list.selected.has("3")]).toEqual([998, false]);
    expect(list.selected.query).toEqual(allMatching({ filter: "all", search: "key", except: ["3", "4"] }));
    list.selected.toggle("3");
    expect(list.selected.query).toEqual(allMatching({ filter: "all", search: "key", except: ["4"] }));
  });

  test("range over excepted keys selects them again", async () => {
    list.selected.selectAll();
    for (const id of ["3", "4", "9"]) list.selected.toggle(id);
    list.selected.setAnchor("2");
    await list.selected.selectTo("5");
    expect(list.selected.query).toEqual(allMatching({ except: ["9"] }));
  });

  test("empty list has nothing to select", async () => {
    keys = [];
    await list.read();
    list.selected.selectAll();
    expect([list.selected.count, list.selected.query]).toEqual([0, { kind: "keys", ids: [] }]);
  });

  test("deselecting the last key ends it: keys that match later are not selected", async () => {
    keys = keysNamed("a", "b");
    await list.read();
    list.selected.selectAll();
    list.selected.toggle("a");
    list.selected.toggle("b");
    keys = keysNamed("a", "b", "c");
    await list.read();
    expect([list.selected.count, list.selected.has("c")]).toEqual([0, false]);
  });

  test("it ends when no key matches, and stays ended", async () => {
    list.selected.selectAll();
    keys = [];
    await list.read();
    await settled();
    keys = keysNamed("a");
    await list.read();
    expect([list.selected.count, list.selected.has("a")]).toEqual([0, false]);
  });
});

describe("live updates", () => {
  test("key that leaves the list stays selected", async () => {
    list.selected.toggle("3");
    list.selected.toggle("4");
    keys = keys.filter(({ id }) => id !== "3");
    await list.read();
    expect(selectedIds(list.selected)).toEqual(["3", "4"]);
  });

  test("new key is not selected with keys that were selected one by one", async () => {
    keys = keysNamed("a", "b");
    await list.read();
    list.selected.toggle("a");
    list.selected.toggle("b");
    keys = keysNamed("new", "a", "b");
    await list.read();
    expect([list.selected.has("new"), list.selected.count]).toEqual([false, 2]);
  });

  test("all matching follows the list", async () => {
    list.selected.selectAll();
    keys = keysNamed("new", ...range(10, 999));
    await list.read();
    expect([list.selected.count, list.selected.has("new")]).toEqual([991, true]);
  });

  test("excepted key that leaves the list is not subtracted, and stays excepted when it returns", async () => {
    list.selected.selectAll();
    list.selected.toggle("3");
    list.selected.toggle("4");
    const all = keys;
    keys = keys.filter(({ id }) => id !== "3");
    await list.read();
    await settled();
    expect(list.selected.count, "999 match, of which 1 is excepted").toBe(998);
    keys = all;
    await list.read();
    await settled();
    expect([list.selected.count, list.selected.has("3")]).toEqual([998, false]);
  });
});

test("excepted key that leaves the list is not subtracted, although its page was not read again", async () => {
  await list.load(500, 510);
  list.selected.selectAll();
  list.selected.toggle("505");
  await list.load(0, 10);
  keys = keys.filter(({ id }) => id !== "505");
  await list.read();
  await settled();
  expect(list.selected.count).toBe(999);
});

test("selecting all again counts every key, after an excepted key had left the list", async () => {
  list.selected.selectAll();
  list.selected.toggle("3");
  keys = keys.filter(({ id }) => id !== "3");
  await list.read();
  await settled();
  list.selected.selectAll();
  expect(list.selected.count).toBe(999);
});

describe("changes of the view", () => {
  test("sorting and scrolling keep the selection", async () => {
    list.selected.toggle("3");
    await list.setView({ sort: { column: "name", isDescending: false }, scrollTop: 500, currentId: "9" });
    await list.load(5 * PAGE_SIZE, 6 * PAGE_SIZE);
    expect(selectedIds(list.selected)).toEqual(["3"]);
  });

  test.for([{ filter: "all" as const }, { search: "ci" }])("another query (%o) ends the selection", async (change) => {
    list.selected.toggle("3");
    const changing = list.setView(change);
    expect(list.selected.count, "before its rows are read").toBe(0);
    await changing;
    list.selected.selectAll();
    await list.setView({ filter: "disabled", search: "x" });
    expect(list.selected.query).toEqual({ kind: "keys", ids: [] });
  });

  test("search that differs only by white space keeps the selection", async () => {
    await list.setView({ search: "ci" });
    list.selected.toggle("3");
    await list.setView({ search: "ci " });
    expect(list.selected.count).toBe(1);
  });
});
