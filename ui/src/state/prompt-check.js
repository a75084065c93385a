/**
 * The test of a new key after it was copied: Rust sends one read and one write request, and this keeps the results.
 * Other steps of the prompt do not wait for it.
 */
import { toHostError } from "../host-error.js";
import { strings } from "../strings.js";

/** @typedef {import("../types/KeyCheck").KeyCheck} KeyCheck */
/** @typedef {import("../types/Permission").Permission} Permission */

export class PromptCheck {
  /**
   * @param {Pick<typeof import("../host.js"), "checkKey">} host
   * @param {() => void} changed
   * @param {() => number} now milliseconds UTC
   */
  constructor(host, changed, now = Date.now) {
    this.host = host;
    this.changed = changed;
    this.now = now;
    this.ticket = "";
    this.checking = false;
    /** @type {KeyCheck | null} */
    this.result = null;
    /** When the result arrived, in milliseconds UTC. */
    this.at = 0;
    /** @type {import("../host-error.js").HostError | null} */
    this.failure = null;
  }

  /**
   * Checks a copied key, but only after its first copy.
   *
   * @param {string} ticket
   */
  async once(ticket) {
    if (this.ticket === ticket) return;
    this.forget();
    this.ticket = ticket;
    await this.run();
  }

  /** Repeats a failed check. */
  async again() {
    if (this.ticket !== "" && !this.checking && this.failure) await this.run();
  }

  async run() {
    const { ticket } = this;
    this.checking = true;
    this.changed();
    /** @type {KeyCheck | null} */
    let result = null;
    /** @type {PromptCheck["failure"]} */
    let failure = null;
    try {
      result = await this.host.checkKey({ ticket });
    } catch (thrown) {
      failure = toHostError(thrown);
    }
    if (this.ticket !== ticket) return; // its prompt has ended
    this.checking = false;
    this.result = result;
    this.failure = failure;
    this.at = this.now();
    this.changed();
  }

  forget() {
    this.ticket = "";
    this.checking = false;
    this.result = null;
    this.failure = null;
  }
}

/**
 * The results, in the order in which they are shown.
 *
 * @param {KeyCheck} check
 * @returns {{permission: Permission, allowed: boolean, text: string}[]}
 */
export const results = ({ read, write }) => [
  { permission: "read", allowed: read.allowed, text: resultText("read", read) },
  { permission: "write", allowed: write.allowed, text: resultText("write", write) },
];

/**
 * Names the results that differ from the permissions.
 *
 * @param {KeyCheck} check
 * @param {readonly Permission[]} permissions those that the key was issued with
 * @returns {string | null} null when the results match
 */
export function mismatch(check, permissions) {
  if (check.asExpected) return null;
  const all = results(check);
  const differing = all.filter(({ permission, allowed }) => allowed !== permissions.includes(permission));
  // None differs when a denial was expected but had another reason.
  return strings.keyTest.mismatch((differing.length > 0 ? differing : all).map(({ text }) => text));
}

/**
 * @param {Permission} permission
 * @param {import("../types/CheckResult").CheckResult} result
 */
function resultText(permission, { allowed: isAllowed, code }) {
  const { allowed, denied } = strings.keyTest.permissions[permission];
  if (isAllowed) return allowed;
  return code === "insufficient_scope" ? denied : strings.keyTest.withReason(denied, strings.decisions.reasons[code]);
}
