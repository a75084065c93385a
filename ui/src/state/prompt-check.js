/**
 * The check of a new key, once it was copied: Rust sends it once to read and once to write, and this keeps what was
 * answered and says it in words. Nothing of the prompt waits for it. Knows no key and no element.
 */
import { toHostError } from "../host-error.js";
import { verdict } from "./verdicts.js";

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
    this.answer = null;
    /** When it was answered. */
    this.at = 0;
    /** @type {import("../host-error.js").HostError | null} */
    this.failure = null;
  }

  /**
   * A key that was copied is checked once, however often it is copied.
   *
   * @param {string} ticket
   */
  async once(ticket) {
    if (this.ticket === ticket) return;
    this.forget();
    this.ticket = ticket;
    await this.run();
  }

  /** Once more, after it could not be done. */
  async again() {
    if (this.ticket !== "" && !this.checking && this.failure) await this.run();
  }

  async run() {
    const { ticket } = this;
    this.checking = true;
    this.changed();
    /** @type {KeyCheck | null} */
    let answer = null;
    /** @type {PromptCheck["failure"]} */
    let failure = null;
    try {
      answer = await this.host.checkKey({ ticket });
    } catch (thrown) {
      failure = toHostError(thrown);
    }
    if (this.ticket !== ticket) return; // its prompt has ended
    this.checking = false;
    this.answer = answer;
    this.failure = failure;
    this.at = this.now();
    this.changed();
  }

  forget() {
    this.ticket = "";
    this.checking = false;
    this.answer = null;
    this.failure = null;
  }
}

/** @param {boolean} accepted */
const word = (accepted) => (accepted ? "accepted" : "refused");

/**
 * What was answered, in the order in which it is shown.
 *
 * @param {KeyCheck} check
 * @returns {{permission: Permission, accepted: boolean, words: string}[]}
 */
export function answers({ read, write }) {
  return [
    { permission: "read", accepted: read.accepted, words: `read ${word(read.accepted)}` },
    { permission: "write", accepted: write.accepted, words: `write ${word(write.accepted)}` },
  ];
}

/**
 * @param {KeyCheck} check
 * @param {readonly Permission[]} permissions what the key is said to be allowed
 * @returns {string | null} which answer differs from them, null when none does
 */
export function disagreement(check, permissions) {
  if (check.asPromised) return null;
  const differing = answers(check).filter(({ permission, accepted }) => accepted !== permissions.includes(permission));
  // None differs when a refusal was promised but came for another reason.
  const said = (differing.length > 0 ? differing : answers(check))
    .map(({ permission }) => `${permission} was ${told(check[permission])}`)
    .join(", ");
  return `The check does not agree with the key's permissions: ${said}.`;
}

/** @param {import("../types/CheckedAnswer").CheckedAnswer} answer the reason, too, unless the permission alone says it */
const told = (answer) => (answer.code === "insufficient_scope" ? word(answer.accepted) : verdict(answer));
