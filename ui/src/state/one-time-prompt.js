/**
 * The state of the one-time prompt. Rust decides whether the key is copied and whether Close is allowed; this keeps the
 * last response. When the prompt ends, the key's text is forgotten.
 */
import { toHostError } from "../host-error.js";
import { strings } from "../strings.js";
import { PromptCheck } from "./prompt-check.js";
import { randomId } from "./random-id.js";

/** @typedef {typeof import("../host.js")} Host */
/** @typedef {import("../types/Prompt").Prompt} Prompt */
/** @typedef {import("../host-error.js").HostError} HostError */
/** @typedef {"copy" | "curl" | "try" | "discard" | "close" | "recreate"} Step */

/** The states in which a key can still be shown. */
const LIVING = new Set(["pending", "active", "disabled"]);


export class OneTimePrompt {
  /**
   * @param {Host} host
   * @param {() => void} changed
   */
  constructor(host, changed) {
    this.host = host;
    this.changed = changed;
    /** @type {Prompt | null} */
    this.prompt = null;
    /** @type {Step | null} what is being waited for */
    this.busy = null;
    /** @type {{tone: "" | "ok" | "warn" | "bad", text: string, id: number}} the one thing said last */
    this.said = { tone: "", text: "", id: 0 };
    /** Whether the key is being saved. It may take 20 s, and nothing else waits for it. */
    this.saving = false;
    /** @type {HostError | null} */
    this.saveFailure = null;
    /** @type {number} how often Rust has copied; the window shows Copied after each */
    this.copies = 0;
    /** How often Rust has copied the curl command. */
    this.curlCopies = 0;
    /** Whether the curl command has replaced the key in the clipboard. */
    this.replaced = false;
    this.check = new PromptCheck(host, changed);
  }

  get open() {
    return this.prompt !== null;
  }

  /** Whether the key can no longer be shown: revoked elsewhere, or its ticket has ended. */
  get dead() {
    return this.prompt !== null && this.prompt.key === null;
  }

  get closable() {
    return this.prompt !== null && (this.prompt.copied || this.dead);
  }

  /** The sentence in place of a key that has ended. */
  get deadSentence() {
    const { expired, discarded, revoked } = strings.prompt.ended;
    const state = this.prompt?.state;
    return state === "expired" ? expired : state === "discarded" ? discarded : revoked;
  }

  /**
   * Makes a key. The caller begins its prompt once its own dialog has gone.
   *
   * @param {{environmentId: string, name: string, write: boolean, idempotencyKey: string}} fields
   */
  issue(fields) {
    return this.host.issueKey(fields);
  }

  /**
   * After a reload: shows the prompt of a ticket again.
   *
   * @param {string} ticket
   */
  async resume(ticket) {
    this.begin(await this.host.revealKey({ ticket, plain: true }));
  }

  /** @param {Prompt} prompt */
  begin(prompt) {
    this.forget();
    this.prompt = prompt;
    this.changed();
    if (prompt.copied && !this.dead) void this.check.once(prompt.ticket);
  }

  /** @returns {Promise<"copied" | "failed" | "ignored">} */
  async copy() {
    const copied = await this.step("copy", async (ticket) => {
      this.take(await this.host.copyKey({ ticket }));
      this.copies += 1;
      this.replaced = false;
      this.say("ok", strings.prompt.copied);
      void this.check.once(ticket);
    });
    if (copied.failure) this.say("bad", strings.prompt.copyFailed(sentences(copied.failure)));
    return copied.ran ? (copied.failure ? "failed" : "copied") : "ignored";
  }

  /** Copies a command that asks for the key; it replaces the key in the clipboard. */
  async copyCurl() {
    const { prompt } = this;
    if (!prompt || this.dead) return;
    const copied = await this.step("curl", async () => {
      await this.host.copyCurl({ environmentId: prompt.environmentId });
      this.curlCopies += 1;
      this.replaced = this.closable;
      if (this.replaced) {
        this.say("warn", strings.prompt.curlReplacedKey);
      } else {
        this.say("", strings.prompt.curlCopied);
      }
    });
    if (copied.failure) this.say("bad", strings.prompt.curlFailed(sentences(copied.failure)));
  }

  copiedPart() {
    this.say("warn", strings.prompt.copiedPart);
  }

  /** Shows why the prompt stays open. */
  sayReason() {
    if (this.dead) this.say("", strings.prompt.closeToContinue);
    else if (this.closable) this.say("", strings.prompt.closeWhenSaved);
    else this.say("warn", strings.prompt.reasonToStaySentence);
  }

  async save() {
    const { prompt } = this;
    if (!prompt || this.saving) return;
    this.saveFailure = null;
    this.saving = true;
    this.changed();
    try {
      this.take(await this.host.saveKey({ ticket: prompt.ticket }));
    } catch (thrown) {
      if (this.prompt?.ticket === prompt.ticket) this.saveFailure = toHostError(thrown);
    } finally {
      this.saving = false;
      this.changed();
    }
  }

  /**
   * An answer about the prompt that is shown. It comes without the key, which Rust sends only once; and answers may
   * overtake each other, but a key that was copied or saved stays so. Its permissions stay those it was issued with:
   * the check is held against them.
   *
   * @param {Prompt} answer
   */
  take(answer) {
    const { prompt } = this;
    if (prompt?.ticket !== answer.ticket || this.dead) return;
    this.prompt = {
      ...answer,
      key: LIVING.has(answer.state) ? prompt.key : null,
      permissions: prompt.permissions,
      copied: answer.copied || prompt.copied,
      keychain: answer.keychain || prompt.keychain,
      activated: answer.activated || prompt.activated,
    };
  }

  /** @returns {Promise<{environmentId: string, name: string} | null>} what was discarded, null when it failed */
  async discard() {
    const { prompt } = this;
    if (!prompt) return null;
    const { environmentId, name } = prompt;
    const done = await this.step("discard", (ticket) => this.host.discardKey({ ticket }));
    if (done.failure) {
      this.say("bad", sentences(done.failure));
      return null;
    }
    if (!done.ran) return null;
    this.end();
    return { environmentId, name };
  }

  /** @returns {Promise<import("../types/ClosedPrompt").ClosedPrompt | null>} where to land, null when Rust refused */
  async close() {
    const { prompt, dead } = this;
    if (!prompt) return null;
    const { projectId, environmentId, keyId } = prompt;
    const done = await this.step("close", (ticket) => this.host.closePrompt({ ticket }));
    if (!done.ran) return null;
    // A dead key has nothing left to guard: the prompt ends even if its ticket has ended before it.
    if (done.failure && !dead) {
      this.say("bad", sentences(done.failure));
      return null;
    }
    this.end();
    return { projectId, environmentId, keyId };
  }

  /**
   * Closes the prompt of a copied key; Rust takes the key along to the Playground.
   *
   * @returns {Promise<import("../types/Trial").Trial | null>} null when it was refused
   */
  async tryOut() {
    /** @type {import("../types/Trial").Trial | null} */
    let trial = null;
    const done = await this.step("try", async (ticket) => {
      trial = await this.host.tryKey({ ticket });
    });
    if (done.failure) this.say("bad", sentences(done.failure));
    if (trial) this.end();
    return trial;
  }

  /** A dead key again: same name, same permissions, same environment. */
  async createAgain() {
    const { prompt } = this;
    if (!prompt) return;
    const { environmentId, name, permissions, ticket } = prompt;
    const done = await this.step("recreate", async () => {
      await this.host.closePrompt({ ticket }).catch(() => null); // its ticket may have ended with it
      const again = await this.host.issueKey({
        environmentId,
        name,
        write: permissions.includes("write"),
        idempotencyKey: randomId(),
      });
      this.begin(again);
    });
    if (done.failure) this.say("bad", sentences(done.failure));
  }

  /** Something changed in the database: the key may have been revoked elsewhere. */
  async refresh() {
    const { prompt } = this;
    if (!prompt || this.busy || this.dead) return;
    let next;
    try {
      next = await this.host.revealKey({ ticket: prompt.ticket, plain: false });
    } catch (thrown) {
      if (toHostError(thrown).code !== "unknown_ticket") return; // the next change asks again
      next = { ...prompt, state: /** @type {const} */ ("revoked") };
    }
    if (this.prompt?.ticket !== prompt.ticket || this.busy) return;
    this.take(next);
    if (this.dead) this.say("bad", this.deadSentence);
    this.changed();
  }

  /**
   * One step at a time: a second press while the first runs is ignored.
   *
   * @param {Step} step
   * @param {(ticket: string) => Promise<unknown>} act
   * @returns {Promise<{ran: boolean, failure: HostError | null}>}
   */
  async step(step, act) {
    if (!this.prompt || this.busy) return { ran: false, failure: null };
    this.busy = step;
    this.changed();
    try {
      await act(this.prompt.ticket);
      return { ran: true, failure: null };
    } catch (thrown) {
      return { ran: true, failure: toHostError(thrown) };
    } finally {
      this.busy = null;
      this.changed();
    }
  }

  /**
   * @param {"" | "ok" | "warn" | "bad"} tone
   * @param {string} text
   */
  say(tone, text) {
    this.said = { tone, text, id: this.said.id + 1 };
    this.changed();
  }

  end() {
    this.forget();
    this.changed();
  }

  forget() {
    this.prompt = null;
    this.saveFailure = null;
    this.said = { tone: "", text: "", id: this.said.id + 1 };
    this.copies = 0;
    this.curlCopies = 0;
    this.replaced = false;
    this.check.forget();
  }
}

/** @param {HostError} failure */
const sentences = ({ message, advice }) => (advice ? `${message} ${advice}` : message);
