/**
 * The clipboard's state: whether it contains a copied key, when it is cleared, and what went wrong. Rust clears it;
 * this keeps the last event.
 */
import { CLEARED_SHOWN_MS, deadline } from "./countdown.js";
import { toHostError } from "../host-error.js";

/** @typedef {import("../types/ClipboardState").ClipboardState} ClipboardState */

export class Clipboard {
  /**
   * @param {Pick<typeof import("../host.js"), "clearClipboard">} host
   * @param {() => void} changed
   * @param {() => number} now a monotonic clock, in milliseconds
   */
  constructor(host, changed, now = () => performance.now()) {
    this.host = host;
    this.changed = changed;
    this.now = now;
    /** @type {ClipboardState | null} */
    this.hold = null;
    /** @type {number | null} */
    this.end = null;
    this.cleared = false;
    /** @type {{message: string, advice: string} | null} */
    this.problem = null;
  }

  /** @param {ClipboardState | null} hold */
  set(hold) {
    this.hold = hold;
    this.end = deadline(hold, this.now());
    this.changed();
  }

  /** @param {{state: ClipboardState | null, cleared: boolean, problem: {message: string, advice: string} | null}} change */
  receive({ state: hold, cleared, problem }) {
    this.problem = problem;
    this.cleared = cleared && hold === null;
    if (this.cleared) {
      setTimeout(() => {
        this.cleared = false;
        this.changed();
      }, CLEARED_SHOWN_MS);
    }
    this.set(hold);
  }

  async clear() {
    try {
      await this.host.clearClipboard();
    } catch (thrown) {
      this.problem = toHostError(thrown);
      this.changed();
    }
  }

  dismissProblem() {
    this.problem = null;
    this.changed();
  }
}
