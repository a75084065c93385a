import { describe, expect, test, vi } from "vitest";
import { CommandError } from "../../../host/command-error";
import type { RouteRule } from "../../../host/types/RouteRule";
import { RuleEditor, swapRows } from "./rule-editor";

const SEARCH: RouteRule = { method: "POST", path: "/search", access: "read" };
const HEALTH: RouteRule = { method: null, path: "/health", access: "open" };
const STORED = [SEARCH, HEALTH];

const invalidRule = (index: number) =>
  new CommandError("invalid_route_rule", "Invalid path.", "Begin with /.", `rules.${index}`);

const accept = (rules: RouteRule[]) => Promise.resolve({ rules });

function setUp(respond = accept) {
  const save = vi.fn(respond);
  const editor = new RuleEditor(save);
  editor.sync(STORED);
  return { editor, save };
}

const paths = (rows: readonly { path: string }[]) => rows.map(({ path }) => path);
const ids = (editor: RuleEditor) => editor.rows.map(({ id }) => id);

/** Returns the id of the row with this path. */
function rowId(editor: RuleEditor, path: string): number {
  const row = editor.rows.find((each) => each.path === path);
  if (!row) throw new Error(`no row has the path ${path}`);
  return row.id;
}

test("row moves by one and stops at the ends", () => {
  const rows = ["a", "b", "c"];
  expect(swapRows(rows, 1, -1)).toEqual(["b", "a", "c"]);
  expect(swapRows(rows, 1, 1)).toEqual(["a", "c", "b"]);
  expect(swapRows(rows, 0, -1)).toEqual(["a", "b", "c"]);
  expect(swapRows(rows, 2, 1)).toEqual(["a", "b", "c"]);
  expect(rows, "the input must not change").toEqual(["a", "b", "c"]);
});

describe("changes are saved immediately", () => {
  test("moved rule keeps its row and can be undone", async () => {
    const { editor, save } = setUp();
    const [first, second] = ids(editor);
    const change = await editor.move(rowId(editor, "/health"), -1);
    expect(save).toHaveBeenLastCalledWith([HEALTH, SEARCH]);
    expect(ids(editor), "the focus must follow the row").toEqual([second, first]);
    expect(change).toEqual({ before: STORED });
    await editor.restore(STORED);
    expect(save).toHaveBeenLastCalledWith(STORED);
    expect(editor.rules).toEqual(STORED);
    expect(ids(editor)).toEqual([first, second]);
  });

  test("rule without a path is not sent", async () => {
    const { editor, save } = setUp();
    const id = editor.add();
    expect(await editor.change(id, { access: "write" })).toBeNull();
    expect(save, "an incomplete rule must not be sent").not.toHaveBeenCalled();
    await editor.change(id, { path: " /orders/* " });
    expect(save).toHaveBeenLastCalledWith([...STORED, { method: null, path: "/orders/*", access: "write" }]);
  });

  test("restored rule returns to its position", async () => {
    const { editor } = setUp();
    const change = await editor.delete(rowId(editor, "/search"));
    expect(paths(editor.rows)).toEqual(["/health"]);
    expect(change).toEqual({ before: STORED });
    await editor.restore(STORED);
    expect(paths(editor.rows)).toEqual(["/search", "/health"]);
  });

  test("every change of the rows is announced", async () => {
    const { editor } = setUp();
    const onChange = vi.fn();
    editor.addEventListener("change", onChange);
    const id = editor.add();
    expect(onChange).toHaveBeenCalledTimes(1);
    await editor.change(id, { path: "/orders" });
    expect(onChange, "before and after the save").toHaveBeenCalledTimes(3);
  });
});

describe("invalid rules are kept", () => {
  test("error is shown at its row after an empty row", async () => {
    const { editor } = setUp((sent) =>
      sent.some(({ path }) => path === "orders") ? Promise.reject(invalidRule(2)) : accept(sent),
    );
    editor.add();
    const id = editor.add();
    expect(await editor.change(id, { path: "orders" }), "nothing was saved, so there is nothing to undo").toBeNull();
    expect(editor.failure?.rowId, "rules.2 counts the rules that were sent, without the empty row").toBe(id);
    expect(editor.rows.at(-1)?.path, "the typed path must not be lost").toBe("orders");
    expect(editor.saved).toEqual(STORED);
    await editor.change(id, { path: "/orders" });
    expect(editor.failure).toBeNull();
  });

  test("deleting an invalid rule clears its error", async () => {
    const { editor } = setUp(() => Promise.reject(invalidRule(2)));
    const id = editor.add();
    await editor.change(id, { path: "orders" });
    expect(editor.failure?.rowId).toBe(id);
    await editor.delete(id);
    expect(editor.failure).toBeNull();
  });

  test("error without a rule belongs to no row", async () => {
    const { editor } = setUp(() => Promise.reject(new CommandError("database_busy", "The database is busy.")));
    await editor.delete(rowId(editor, "/search"));
    expect(editor.failure).toMatchObject({ rowId: null, error: { code: "database_busy" } });
  });
});

describe("unsaved rows", () => {
  test("row is numbered once its rule is stored", async () => {
    const { editor } = setUp();
    const id = editor.add();
    const row = () => editor.rows.find((each) => each.id === id) ?? { id, method: null, path: "", access: "read" as const };
    expect([editor.numberOf(id), editor.isUnsaved(row())]).toEqual([null, true]);
    await editor.change(id, { path: "/orders" });
    expect([editor.numberOf(id), editor.isUnsaved(row())]).toEqual([3, false]);
    await editor.move(id, -1);
    expect(editor.numberOf(id)).toBe(2);
  });

  test("stored rule keeps its number while its row is invalid", async () => {
    const { editor } = setUp(() => Promise.reject(invalidRule(0)));
    const id = rowId(editor, "/search");
    await editor.change(id, { path: "search" });
    const row = editor.rows[0];
    expect([editor.numberOf(id), row && editor.isUnsaved(row)]).toEqual([1, true]);
  });
});

describe("rules changed elsewhere", () => {
  test("external change keeps an empty row", () => {
    const { editor } = setUp();
    const health = rowId(editor, "/health");
    editor.add();
    editor.sync([HEALTH]);
    expect(paths(editor.rows)).toEqual(["/health", ""]);
    expect(rowId(editor, "/health"), "an unchanged rule must keep its row").toBe(health);
  });

  test("external change does not replace an invalid rule", async () => {
    const { editor } = setUp(() => Promise.reject(invalidRule(0)));
    await editor.change(rowId(editor, "/search"), { path: "search" });
    editor.sync([HEALTH]);
    expect(paths(editor.rows)).toEqual(["search", "/health"]);
  });
});
