import { beforeEach, describe, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { KeyPage } from "../host/types/KeyPage";
import { KeyList, PAGE_SIZE } from "./key-list";
import { DEFAULT_VIEW } from "./key-view";
import { deferred, keyFixture, keyPageFixture, settled } from "./test-fixtures";

const TOTAL = 1000;

/** Rows are named by the search and their index. */
const pageOf = (search: string, offset: number, total = TOTAL): KeyPage =>
  keyPageFixture(
    Array.from({ length: Math.max(0, Math.min(PAGE_SIZE, total - offset)) }, (_, index) => keyFixture(`${search}${offset + index}`)),
    total,
  );

const listKeys = vi.fn<Host["listKeys"]>();
const keyPosition = vi.fn<Host["keyPosition"]>();
const onChange = vi.fn<() => void>();
let list: KeyList;

beforeEach(async () => {
  vi.resetAllMocks();
  listKeys.mockImplementation(async ({ query }) => pageOf(query.search, query.offset));
  keyPosition.mockResolvedValue(null);
  list = new KeyList("e", { listKeys, keyPosition }, onChange);
  await list.read();
});

const offsets = () => listKeys.mock.calls.map(([{ query }]) => query.offset);
const names = (...indexes: number[]) => indexes.map((index) => list.rows.row(index)?.id);

describe("pages", () => {
  test("first read reads the first page only", () => {
    expect(offsets()).toEqual([0]);
    expect(list.rows.total).toBe(TOTAL);
    expect(names(0, 99, 100)).toEqual(["0", "99", undefined]);
  });

  test("rows that come onto the screen are read", async () => {
    await list.load(480, 520);
    expect(offsets()).toEqual([0, 400, 500]);
    expect(names(400, 599)).toEqual(["400", "599"]);
    await list.load(450, 550);
    expect(offsets()).toHaveLength(3);
  });

  test("pages that were scrolled past are left out", async () => {
    const first = deferred<KeyPage>();
    listKeys.mockReturnValueOnce(first.promise);
    const loading = list.load(100, 140);
    for (let row = 200; row <= 900; row += 100) void list.load(row, row + 40);
    first.resolve(pageOf("", 100));
    await loading;
    expect(offsets()).toEqual([0, 100, 900]);
  });

  test("unchanged rows announce no change", async () => {
    onChange.mockClear();
    await list.read();
    expect(onChange).not.toHaveBeenCalled();
  });

  test("refresh reads the rows on the screen, and others when they are shown", async () => {
    await list.load(480, 520);
    listKeys.mockClear();
    await list.read();
    expect(offsets()).toEqual([400, 500]);
    await list.load(0, 20);
    expect(offsets()).toEqual([400, 500, 0]);
  });
});

describe("queries", () => {
  test("old rows are shown until those of the new query arrive", async () => {
    await list.load(480, 520);
    const response = deferred<KeyPage>();
    listKeys.mockReturnValueOnce(response.promise);
    const changing = list.setView({ search: "ci" });
    expect([list.isOutdated, ...names(0, 500)]).toEqual([true, "0", "500"]);
    response.resolve(pageOf("ci", 0, 3));
    await changing;
    expect([list.isOutdated, list.rows.total, list.queryCount, ...names(0)]).toEqual([false, 3, 1, "ci0"]);
  });

  test("latest query wins", async () => {
    const older = deferred<KeyPage>();
    listKeys.mockReturnValueOnce(older.promise);
    const first = list.setView({ search: "c" });
    await list.setView({ search: "ci" });
    older.resolve(pageOf("c", 0));
    await first;
    expect(names(0)).toEqual(["ci0"]);
  });

  test("page of an earlier query is dropped", async () => {
    const older = deferred<KeyPage>();
    listKeys.mockReturnValueOnce(older.promise);
    const loading = list.load(300, 340);
    await list.setView({ search: "ci" });
    older.resolve(pageOf("", 300));
    await loading;
    expect(names(300)).not.toEqual(["300"]);
  });

  test("selection and panel need no read", async () => {
    await list.setView({ currentId: "5", isPanelOpen: true });
    expect(offsets()).toEqual([0]);
  });

  test("changed query starts at the top", async () => {
    list.rememberScroll(4000);
    await list.setView({ currentId: "5" });
    expect(list.view.scrollTop).toBe(4000);
    await list.setView({ filter: "all" });
    expect(list.view.scrollTop).toBe(0);
  });

  test("error keeps the rows until a read succeeds", async () => {
    listKeys.mockRejectedValueOnce(new CommandError("database_busy", "Busy."));
    await list.read();
    expect([list.failure?.message, ...names(0)]).toEqual(["Busy.", "0"]);
    await list.read();
    expect(list.failure).toBeNull();
  });
});

describe("locating a key", () => {
  test("key that is listed keeps the search", async () => {
    await list.setView({ search: "ci" });
    keyPosition.mockResolvedValue(420);
    expect(await list.locate("x")).toBe(420);
    expect([list.view.search, ...names(420)]).toEqual(["ci", "ci420"]);
  });

  test("search and filter that hide the key are reset", async () => {
    await list.setView({ search: "ci", filter: "disabled" });
    keyPosition.mockImplementation(async ({ query }) => (query.filter === "all" ? 7 : null));
    expect(await list.locate("x")).toBe(7);
    expect(list.view).toMatchObject({ search: "", filter: "all" });
  });

  test("unknown key changes nothing", async () => {
    expect(await list.locate("x")).toBeNull();
    expect(list.view).toEqual(DEFAULT_VIEW);
    await settled();
    expect(offsets()).toEqual([0]);
  });
});
