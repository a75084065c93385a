/**
 * The last decisions of the shown environment's gateway, newest first. However many Rust tells, at most `KEPT` stay;
 * those it did not tell are counted. It has an event of its own, `changed`: up to ten times a second, which the rest of
 * the window need not hear.
 */

import { isUnanswered } from "./verdicts.js";

/** @typedef {import("../types/Decision").Decision} Decision */
/** @typedef {{accepted: number, refused: number, untold: number}} Tally */

/** As many as Rust keeps. */
export const KEPT = 200;
/** How many are drawn while they move. */
export const DRAWN = 50;

/** @type {Readonly<Tally>} */
const NOTHING = { accepted: 0, refused: 0, untold: 0 };

export class Decisions extends EventTarget {
  /** @param {Pick<typeof import("../host.js"), "listDecisions">} host */
  constructor(host) {
    super();
    this.host = host;
    /** @type {string | null} whose decisions they are */
    this.environmentId = null;
    /** @type {Decision[]} */
    this.list = [];
    /** Whether the list has been read: before, an empty one says nothing. */
    this.known = false;
    /** Whether nothing was missed since: what has come is told, and the list need not be read again. */
    this.whole = false;
    /** What has come since the list was opened. @type {Tally} */
    this.tally = NOTHING;
    /** @type {{list: Decision[], tally: Tally} | null} what stands still while it is paused */
    this.frozen = null;
  }

  /** @param {string} environmentId */
  async show(environmentId) {
    if (this.environmentId !== environmentId) {
      this.environmentId = environmentId;
      this.list = [];
      this.known = false;
      this.whole = false;
      this.tally = NOTHING;
      this.frozen = null;
      this.changed();
    }
    if (this.whole) return;
    const listed = await this.host.listDecisions({ environmentId });
    if (this.environmentId !== environmentId) return;
    // What has been told while the list was on its way is newer.
    this.list = merged(listed, this.list);
    this.known = true;
    this.whole = true;
    this.changed();
  }

  /** Some may not have been told: the list is read again when it is shown next. */
  missed() {
    this.whole = false;
  }

  /** @param {{environmentId: string, decisions: Decision[], skipped: number}} change oldest first */
  heard({ environmentId, decisions, skipped }) {
    if (environmentId !== this.environmentId) return;
    const listed = new Set(this.list.map(({ id }) => id));
    const newest = this.list[0]?.id ?? -1;
    // What is told again was counted, also where its row has gone.
    const told = decisions.filter((decision) => listed.has(decision.id) || !isUnanswered(decision) || decision.id >= newest);
    const fresh = told.filter(({ id }) => !listed.has(id));
    const accepted = fresh.filter((decision) => decision.accepted).length;
    this.tally = {
      accepted: this.tally.accepted + accepted,
      refused: this.tally.refused + fresh.length - accepted,
      untold: this.tally.untold + skipped,
    };
    this.list = merged(this.list, told.toReversed());
    this.changed();
  }

  pause() {
    this.frozen = { list: this.list, tally: this.tally };
    this.changed();
  }

  resume() {
    this.frozen = null;
    this.changed();
  }

  /** What is drawn: the newest few while they move, all that is kept while they stand. */
  get shown() {
    return this.frozen ? this.frozen.list : this.list.slice(0, DRAWN);
  }

  /** How many have come since it was paused. */
  get waiting() {
    return this.frozen ? total(since(this.frozen.tally, this.tally)) : 0;
  }

  changed() {
    this.dispatchEvent(new Event("changed"));
  }
}

/**
 * @param {Decision[]} list newest first
 * @param {Decision[]} more newest first, told later
 * @returns {Decision[]} each once and as it was told last, newest first, at most `KEPT`
 */
function merged(list, more) {
  if (more.length === 0) return list;
  const told = new Map(more.map((decision) => [decision.id, decision]));
  const known = list.map((decision) => told.get(decision.id) ?? decision);
  for (const { id } of list) told.delete(id);
  const fresh = more.filter(({ id }) => told.has(id));
  const both = [...fresh, ...known];
  // Ids count up; what is told in order needs no sorting.
  if (list.length > 0 && fresh.length > 0 && fresh[fresh.length - 1].id < list[0].id) both.sort((a, b) => b.id - a.id);
  return both.slice(0, KEPT);
}

/** @param {Tally} tally */
const total = ({ accepted, refused, untold }) => accepted + refused + untold;

/**
 * @param {Tally} before
 * @param {Tally} now
 * @returns {Tally} what came between
 */
const since = (before, now) => ({
  accepted: now.accepted - before.accepted,
  refused: now.refused - before.refused,
  untold: now.untold - before.untold,
});

const number = new Intl.NumberFormat();

/**
 * What is said now and then to who cannot see the list: how many, not which.
 *
 * @param {Tally} before
 * @param {Tally} now
 * @returns {string | null} null when nothing came
 */
export function news(before, now) {
  const came = since(before, now);
  const all = total(came);
  if (all === 0) return null;
  const parts = [
    came.accepted > 0 ? `${number.format(came.accepted)} accepted` : "",
    came.refused > 0 ? `${number.format(came.refused)} refused` : "",
    came.untold > 0 ? `${number.format(came.untold)} not listed` : "",
  ];
  return `${all === 1 ? "1 request" : `${number.format(all)} requests`}: ${parts.filter(Boolean).join(", ")}.`;
}

/** @param {number} untold */
export const untoldSentence = (untold) => (untold === 0 ? "" : `${number.format(untold)} more were not listed`);

/** @param {number} waiting */
export const waitingSentence = (waiting) =>
  waiting === 0 ? "Paused" : `Paused, ${number.format(waiting)} ${waiting === 1 ? "has" : "have"} come since`;
