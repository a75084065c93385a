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
    /** @type {import("../types/RouteTest").RouteTest & {rules: RouteRule[]} | null} */
    this.result = null;
    /** @type {import("../host-error.js").HostError | null} */
    this.failure = null;
    this.latestRequest = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {string} method */
  setMethod(method) {
    this.method = method;
    void this.run();
  }

  /** @param {string} path */
  setPath(path) {
    this.path = path;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), TYPING_DELAY_MS);
    this.changed();
  }

  /** @param {RouteRule[]} rules those with a path */
  setRules(rules) {
    if (JSON.stringify(rules) === JSON.stringify(this.rules)) return;
    this.rules = rules;
    void this.run();
  }

  /** Requests the result; drops the response if a newer request was sent. */
  async run() {
    clearTimeout(this.timer);
    const { method, rules } = this;
    const path = this.path.trim();
    this.latestRequest += 1;
    const request = this.latestRequest;
    if (path === "") {
      this.result = null;
      this.failure = null;
      this.changed();
      return;
    }
    try {
      const response = await this.host.testRoute({ rules, method, path: path.startsWith("/") ? path : `/${path}` });
      if (request !== this.latestRequest) return;
      this.result = { ...response, rules };
      this.failure = null;
    } catch (thrown) {
      if (request !== this.latestRequest) return;
      this.result = null;
      this.failure = toHostError(thrown);
    }
    this.changed();
  }

  stop() {
    clearTimeout(this.timer);
    this.latestRequest += 1;
  }

  /** The number of the invalid rule, from 1. */
  get wrongRule() {
    const index = /^rules\.(\d+)$/.exec(this.failure?.field ?? "")?.[1];
    return index === undefined ? null : Number(index) + 1;
  }

  /** The result as a sentence; empty while there is none. */
  get sentence() {
    if (this.wrongRule !== null) return strings.rules.fixFirst(this.wrongRule);
    if (!this.result) return "";
    const { access, rule, reason, rules } = this.result;
    const needed = strings.rules.access[access];
    if (rule === null) return strings.rules.result(needed, reason);
    const { method, path } = rules[rule];
    return strings.rules.result(needed, strings.rules.byRule(rule + 1, strings.rules.rule(method, path)));
  }
}
