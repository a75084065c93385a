/**
 * A test request that is not sent: which access it needs under the edited rules, and why. Rust decides; this keeps the
 * typed request and the newest result.
 */
import { toHostError } from "../host-error.js";
import { strings } from "../strings.js";

/** @typedef {import("../types/RouteRule").RouteRule} RouteRule */

/** Delay after the last keystroke before the result is requested, in milliseconds. */
const TYPING_DELAY_MS = 90;

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
    this.pause = setTimeout(() => void this.ask(), TYPING_DELAY_MS);
    this.changed();
  }

  /** @param {RouteRule[]} rules those with a path */
  setRules(rules) {
    if (JSON.stringify(rules) === JSON.stringify(this.rules)) return;
    this.rules = rules;
    void this.ask();
  }

  /** Requests the result; drops the response if a newer request was sent. */
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

  /** The number of the invalid rule, from 1. */
  get wrongRule() {
    const place = /^rules\.(\d+)$/.exec(this.failure?.field ?? "")?.[1];
    return place === undefined ? null : Number(place) + 1;
  }

  /** The result as a sentence; empty while there is none. */
  get sentence() {
    if (this.wrongRule !== null) return strings.rules.fixFirst(this.wrongRule);
    if (!this.answered) return "";
    const { answer, rules } = this.answered;
    const access = strings.rules.access[answer.access];
    if (answer.rule === null) return strings.rules.result(access, answer.reason);
    const { method, path } = rules[answer.rule];
    return strings.rules.result(access, strings.rules.byRule(answer.rule + 1, strings.rules.rule(method, path)));
  }
}
