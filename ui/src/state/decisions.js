/**
 * The recent decisions of the shown environment's gateway, newest first, at most `MAX_DECISIONS`; skipped ones are counted. Its own
 * event, `changed`, fires up to ten times a second.
 */

import { strings } from "../strings.js";

/** @typedef {import("../types/Decision").Decision} Decision */
/** @typedef {{allowed: number, denied: number, skipped: number}} Counts */

/** The number of decisions that Rust keeps. */
export const MAX_DECISIONS = 200;
/** The number of rows drawn while the list is not paused. */
export const MAX_LIVE_ROWS = 50;

/** @type {Readonly<Counts>} */
const NO_COUNTS = { allowed: 0, denied: 0, skipped: 0 };

export class Decisions extends EventTarget {
  /** @param {Pick<typeof import("../host.js"), "listDecisions">} host */
  constructor(host) {
    super();
    this.host = host;
    /** @type {string | null} the environment of the decisions */
    this.environmentId = null;
    /** @type {Decision[]} */
    this.list = [];
    /** Whether the list has been read. */
    this.known = false;
    /** Whether no decision was missed since the list was read. */
    this.whole = false;
    /** The counts since the list was opened. @type {Counts} */
    this.counts = NO_COUNTS;
    /** @type {{list: Decision[], counts: Counts} | null} the frozen list while paused */
    this.frozen = null;
  }

  /** @param {string} environmentId */
  async show(environmentId) {
    if (this.environmentId !== environmentId) {
      this.environmentId = environmentId;
      this.list = [];
      this.known = false;
      this.whole = false;
      this.counts = NO_COUNTS;
      this.frozen = null;
      this.changed();
    }
    if (this.whole) return;
    const listed = await this.host.listDecisions({ environmentId });
    if (this.environmentId !== environmentId) return;
    // Decisions received while the list was being read are newer.
    this.list = merged(listed, this.list);
    this.known = true;
    this.whole = true;
    this.changed();
  }

  /** Marks the list as incomplete, so that it is read again when it is shown next. */
  missed() {
    this.whole = false;
  }

  /** @param {{environmentId: string, decisions: Decision[], skipped: number}} change oldest first */
  receive({ environmentId, decisions, skipped }) {
    if (environmentId !== this.environmentId) return;
    const listed = new Set(this.list.map(({ id }) => id));
    const fresh = decisions.filter(({ id }) => !listed.has(id));
    const allowed = fresh.filter((decision) => decision.allowed).length;
    this.counts = {
      allowed: this.counts.allowed + allowed,
      denied: this.counts.denied + fresh.length - allowed,
      skipped: this.counts.skipped + skipped,
    };
    this.list = merged(this.list, fresh.toReversed());
    this.changed();
  }

  pause() {
    this.frozen = { list: this.list, counts: this.counts };
    this.changed();
  }

  resume() {
    this.frozen = null;
    this.changed();
  }

  /** The rows to draw: all decisions while paused, otherwise the newest. */
  get shown() {
    return this.frozen ? this.frozen.list : this.list.slice(0, MAX_LIVE_ROWS);
  }

  /** The number of requests since the list was paused. */
  get waiting() {
    return this.frozen ? total(since(this.frozen.counts, this.counts)) : 0;
  }

  changed() {
    this.dispatchEvent(new Event("changed"));
  }
}

/**
 * @param {Decision[]} list newest first
 * @param {Decision[]} more newest first, received later
 * @returns {Decision[]} each once, newest first, at most `MAX_DECISIONS`
 */
function merged(list, more) {
  if (more.length === 0) return list;
  const known = new Set(list.map(({ id }) => id));
  const fresh = more.filter(({ id }) => !known.has(id));
  const both = [...fresh, ...list];
  // Ids count up; decisions received in order need no sorting.
  if (list.length > 0 && fresh.length > 0 && fresh[fresh.length - 1].id < list[0].id) both.sort((a, b) => b.id - a.id);
  return both.slice(0, MAX_DECISIONS);
}

/** @param {Counts} counts */
const total = ({ allowed, denied, skipped }) => allowed + denied + skipped;

/**
 * @param {Counts} before
 * @param {Counts} now
 * @returns {Counts} the difference
 */
const since = (before, now) => ({
  allowed: now.allowed - before.allowed,
  denied: now.denied - before.denied,
  skipped: now.skipped - before.skipped,
});

/**
 * Summarizes the requests between two counts for a screen reader.
 *
 * @param {Counts} before
 * @param {Counts} now
 * @returns {string | null} null when there were none
 */
export function summarize(before, now) {
  const { allowed, denied, skipped } = since(before, now);
  if (allowed + denied + skipped === 0) return null;
  return strings.decisions.summary({ allowed: allowed, denied: denied, notShown: skipped });
}
