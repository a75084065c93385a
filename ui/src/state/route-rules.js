/**
 * The route rules being edited: the rows on the screen and the rules that Rust has stored. Each change sends the whole
 * list; an invalid rule is kept in its row until it is fixed.
 */
import { toHostError } from "../host-error.js";

/** @typedef {import("../types/RouteRule").RouteRule} RouteRule */
/** @typedef {import("../types/Access").Access} Access */
/** @typedef {import("../host-error.js").HostError} HostError */
/** @typedef {RouteRule & {id: number}} Row `id` identifies a row while it moves */

/** The methods in the list. A rule created elsewhere may have another. */
export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export class RouteRules {
  /**
   * @param {(rules: RouteRule[]) => Promise<{rules: RouteRule[]}>} store
   * @param {() => void} changed
   */
  constructor(store, changed) {
    this.store = store;
    this.changed = changed;
    /** @type {RouteRule[]} as stored */
    this.stored = [];
    /** @type {Row[]} */
    this.rows = [];
    /** @type {{row: number | null, error: HostError} | null} row: the id of the invalid row */
    this.failure = null;
    this.next = 1;
    this.sending = 0;
  }

  /**
   * Takes over the stored rules. Rows that are being edited are kept.
   *
   * @param {RouteRule[]} rules
   */
  adopt(rules) {
    if (same(this.stored, rules)) return;
    const edited = this.failure !== null || this.sending > 0 || !same(this.stored, this.rules);
    this.stored = rules;
    if (!edited) this.rows = this.fitted(rules);
  }

  /** The rules of the rows that have a path. */
  get rules() {
    return toRules(this.rows.filter(hasPath));
  }

  /**
   * Returns rows for these rules. An equal rule keeps its row id; rows without a path are kept at the end.
   *
   * @param {RouteRule[]} rules
   */
  fitted(rules) {
    const left = this.rows.filter(hasPath);
    const fitting = rules.map((rule) => {
      const at = left.findIndex((row) => sameRule(row, rule));
      return at === -1 ? { id: this.next++, ...rule } : left.splice(at, 1)[0];
    });
    return [...fitting, ...this.rows.filter((row) => !hasPath(row))];
  }

  /** Adds a row without a path; it is sent once it has one. @returns {number} its id */
  add() {
    const id = this.next++;
    this.rows = [...this.rows, { id, method: null, path: "", access: "read" }];
    this.changed();
    return id;
  }

  /**
   * @param {number} id
   * @param {Partial<RouteRule>} fields
   */
  change(id, fields) {
    return this.become(this.rows.map((row) => (row.id === id ? { ...row, ...fields } : row)));
  }

  /** @param {number} id */
  remove(id) {
    return this.become(this.rows.filter((row) => row.id !== id));
  }

  /**
   * @param {number} id
   * @param {-1 | 1} by
   */
  move(id, by) {
    return this.become(moved(this.rows, this.rows.findIndex((row) => row.id === id), by));
  }

  /**
   * @param {Row[]} rows
   * @returns {Promise<{before: RouteRule[]} | null>} the previous rules, for Undo; null when nothing was stored
   */
  async become(rows) {
    this.rows = rows;
    const sent = rows.filter(hasPath);
    const rules = toRules(sent);
    if (same(rules, this.stored) && this.sending === 0) {
      this.failure = null;
      this.changed();
      return null;
    }
    const before = this.stored;
    this.sending += 1;
    this.changed();
    try {
      const response = await this.store(rules);
      this.stored = response.rules;
      this.failure = null;
      return { before };
    } catch (thrown) {
      const error = toHostError(thrown);
      this.failure = { row: rowOf(error, sent), error };
      return null;
    } finally {
      this.sending -= 1;
      this.changed();
    }
  }

  /**
   * Stores earlier rules again.
   *
   * @param {RouteRule[]} rules
   */
  restore(rules) {
    return this.become(this.fitted(rules));
  }
}

/**
 * @param {readonly Row[]} rows
 * @param {number} at
 * @param {-1 | 1} by
 * @returns {Row[]} unchanged if the row is already at that end
 */
export function moved(rows, at, by) {
  const to = at + by;
  const list = [...rows];
  if (at < 0 || to < 0 || to >= rows.length) return list;
  [list[at], list[to]] = [list[to], list[at]];
  return list;
}

/** @param {Row} row */
const hasPath = ({ path }) => path.trim() !== "";

/** @param {Row[]} rows @returns {RouteRule[]} as they are sent */
const toRules = (rows) => rows.map(({ method, path, access }) => ({ method, path: path.trim(), access }));

/**
 * @param {HostError} error
 * @param {Row[]} sent
 */
function rowOf({ field }, sent) {
  const index = /^rules\.(\d+)$/.exec(field ?? "")?.[1];
  return index === undefined ? null : (sent[Number(index)]?.id ?? null);
}

/** @param {RouteRule} a @param {RouteRule} b */
const sameRule = (a, b) => a.method === b.method && a.path === b.path && a.access === b.access;

/** @param {RouteRule[]} a @param {RouteRule[]} b */
const same = (a, b) => a.length === b.length && a.every((rule, at) => sameRule(rule, b[at]));
