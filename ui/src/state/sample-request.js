/**
 * A request that is not sent: what it would need under the rules on the screen, and which of them says so. Rust answers;
 * this keeps what was typed and the newest answer.
 */
import { toHostError } from "../host-error.js";
import { ruleText } from "./route-rules.js";
import { NEEDS } from "./verdicts.js";

/** @typedef {import("../types/RouteRule").RouteRule} RouteRule */

/** Pause in typing after which Rust is asked, in milliseconds. */
const PAUSE_MS = 90;

export class SampleRequest {
  /**
   * @param {Pick<typeof import("../host.js"), "testRoute">} host
   * @param {() => void} changed
   */
  constructor(host, changed) {
    this.host = host;
    this.changed = changed;
    this.method = "GET";
    this.path = "";
    /** @type {RouteRule[]} */
    this.rules = [];
    /** @type {{answer: import("../types/RouteTest").RouteTest, method: string, rules: RouteRule[]} | null} */
    this.answered = null;
    /** @type {import("../host-error.js").HostError | null} */
    this.failure = null;
    this.asked = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pause = undefined;
  }

  /** @param {string} method */
  setMethod(method) {
    this.method = method;
    void this.ask();
  }

  /** @param {string} path */
  setPath(path) {
    this.path = path;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => void this.ask(), PAUSE_MS);
    this.changed();
  }

  /** @param {RouteRule[]} rules those with a path */
  setRules(rules) {
    if (JSON.stringify(rules) === JSON.stringify(this.rules)) return;
    this.rules = rules;
    void this.ask();
  }

  /** The newest question wins; a late answer to an older one is dropped. */
  async ask() {
    clearTimeout(this.pause);
    const { method, rules } = this;
    const path = this.path.trim();
    this.asked += 1;
    const { asked } = this;
    if (path === "") {
      this.answered = null;
      this.failure = null;
      this.changed();
      return;
    }
    try {
      const answer = await this.host.testRoute({ rules, method, path: path.startsWith("/") ? path : `/${path}` });
      if (asked !== this.asked) return;
      this.answered = { answer, method, rules };
      this.failure = null;
    } catch (thrown) {
      if (asked !== this.asked) return;
      this.answered = null;
      this.failure = toHostError(thrown);
    }
    this.changed();
  }

  stop() {
    clearTimeout(this.pause);
    this.asked += 1;
  }

  /** Which rule keeps Rust from answering, from 1. */
  get wrongRule() {
    const place = /^rules\.(\d+)$/.exec(this.failure?.field ?? "")?.[1];
    return place === undefined ? null : Number(place) + 1;
  }

  /** The answer in words; empty while there is none. */
  get sentence() {
    if (this.wrongRule !== null) return `Fix rule ${this.wrongRule} first.`;
    if (!this.answered) return "";
    const { answer, rules } = this.answered;
    const needs = `Needs ${NEEDS[answer.need]}`;
    if (answer.rule === null) return `${needs} (${answer.reason})`;
    return `${needs} (rule ${answer.rule + 1}: ${ruleText(rules[answer.rule])})`;
  }
}
