/**
 * The route rules being edited: the rows on the screen and the rules that Rust has stored. Each change saves the whole
 * list; an invalid rule is kept in its row until it is fixed.
 */
import { type CommandError, toCommandError } from "../../../host/command-error";
import type { RouteRule } from "../../../host/types/RouteRule";
import { Store } from "../../../lib/store";

/** A rule in the list; `id` identifies it while it moves. */
export interface Row extends RouteRule {
  id: number;
}

type Save = (rules: RouteRule[]) => Promise<{ rules: RouteRule[] }>;

/** What Undo restores. */
export interface SavedChange {
  before: RouteRule[];
}

export class RuleEditor extends Store {
  /** The rules as stored. */
  saved: RouteRule[] = [];
  rows: Row[] = [];
  /** The error of the last change, and the invalid row, if known. */
  failure: { rowId: number | null; error: CommandError } | null = null;

  private readonly save: Save;
  private nextId = 1;
  /** The ids of the rows of the stored rules, in their order. */
  private storedIds: number[] = [];
  private pendingSaves = 0;

  constructor(save: Save) {
    super();
    this.save = save;
  }

  /** Takes over the stored rules; rows that are being edited are kept. Called before rendering, so nothing changes. */
  sync(rules: RouteRule[]): void {
    if (areSame(this.saved, rules)) return;
    const isEdited = this.failure !== null || this.pendingSaves > 0 || !areSame(this.saved, this.rules);
    this.saved = rules;
    if (isEdited) return;
    this.rows = this.reconcileRows(rules);
    this.storedIds = this.rows.filter(hasPath).map(({ id }) => id);
  }

  /** The rules of the rows that have a path. */
  get rules(): RouteRule[] {
    return toRules(this.rows.filter(hasPath));
  }

  /** Returns the position of a row's rule among the stored ones, from 1; null if no rule of this row is stored. */
  numberOf(id: number): number | null {
    const index = this.storedIds.indexOf(id);
    return index === -1 ? null : index + 1;
  }

  /** Whether the row shows something else than what is stored. */
  isUnsaved(row: Row): boolean {
    const number = this.numberOf(row.id);
    return number === null || !isSameRule(row, this.saved[number - 1]);
  }

  /** Adds a row without a path and returns its id. It is saved once it has a path. */
  add(): number {
    const id = this.nextId++;
    this.rows = [...this.rows, { id, method: null, path: "", access: "read" }];
    this.changed();
    return id;
  }

  change(id: number, fields: Partial<RouteRule>): Promise<SavedChange | null> {
    return this.setRows(this.rows.map((row) => (row.id === id ? { ...row, ...fields } : row)));
  }

  delete(id: number): Promise<SavedChange | null> {
    return this.setRows(this.rows.filter((row) => row.id !== id));
  }

  move(id: number, offset: -1 | 1): Promise<SavedChange | null> {
    const index = this.rows.findIndex((row) => row.id === id);
    return this.setRows(swapRows(this.rows, index, offset));
  }

  /** Saves earlier rules again. */
  restore(rules: RouteRule[]): Promise<SavedChange | null> {
    return this.setRows(this.reconcileRows(rules));
  }

  /** Returns rows for these rules. An equal rule keeps its row id; rows without a path are kept at the end. */
  private reconcileRows(rules: RouteRule[]): Row[] {
    const unmatched = this.rows.filter(hasPath);
    const rows = rules.map((rule) => {
      const index = unmatched.findIndex((row) => isSameRule(row, rule));
      return unmatched.splice(index, index === -1 ? 0 : 1)[0] ?? { id: this.nextId++, ...rule };
    });
    return [...rows, ...this.rows.filter((row) => !hasPath(row))];
  }

  /** Returns null if nothing was saved. */
  private async setRows(rows: Row[]): Promise<SavedChange | null> {
    this.rows = rows;
    const sent = rows.filter(hasPath);
    const rules = toRules(sent);
    if (areSame(rules, this.saved) && this.pendingSaves === 0) {
      this.failure = null;
      this.changed();
      return null;
    }
    const before = this.saved;
    this.pendingSaves += 1;
    this.changed();
    try {
      const response = await this.save(rules);
      this.saved = response.rules;
      this.storedIds = sent.map(({ id }) => id);
      this.failure = null;
      return { before };
    } catch (thrown) {
      const error = toCommandError(thrown);
      this.failure = { rowId: rowForError(error, sent), error };
      return null;
    } finally {
      this.pendingSaves -= 1;
      this.changed();
    }
  }
}

/** Swaps a row with its neighbor; does nothing at the ends. */
export function swapRows<T>(rows: readonly T[], index: number, offset: -1 | 1): T[] {
  const target = index + offset;
  const swapped = [...rows];
  const [row, neighbor] = [rows[index], rows[target]];
  if (row === undefined || neighbor === undefined) return swapped;
  swapped[index] = neighbor;
  swapped[target] = row;
  return swapped;
}

/** Returns the index of the rule that an error is about, counted among the rules that were sent. */
export function invalidRuleIndex(error: CommandError | null): number | null {
  const index = /^rules\.(\d+)$/.exec(error?.field ?? "")?.[1];
  return index === undefined ? null : Number(index);
}

const hasPath = ({ path }: RouteRule): boolean => path.trim() !== "";

const toRules = (rows: Row[]): RouteRule[] =>
  rows.map(({ method, path, access }) => ({ method, path: path.trim(), access }));

function rowForError(error: CommandError, sent: Row[]): number | null {
  const index = invalidRuleIndex(error);
  return index === null ? null : (sent[index]?.id ?? null);
}

const isSameRule = (a: RouteRule, b: RouteRule | undefined): boolean =>
  a.method === b?.method && a.path === b.path && a.access === b.access;

const areSame = (a: RouteRule[], b: RouteRule[]): boolean =>
  a.length === b.length && a.every((rule, index) => isSameRule(rule, b[index]));
