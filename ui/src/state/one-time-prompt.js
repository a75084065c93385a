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
const USABLE_STATES = new Set(["pending", "active", "disabled"]);

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
    /** @type {Step | null} the running step */
    this.busy = null;
    /** @type {{tone: "" | "ok" | "warn" | "bad", text: string, id: number}} the last message; `id` changes with each */
    this.message = { tone: "", text: "", id: 0 };
    /** Whether the key is being saved. This may take 20 s and must not block other steps. */
    this.saving = false;
    /** @type {HostError | null} */
    this.saveFailure = null;
    /** @type {number} the number of successful copies; the window shows Copied after each */
    this.copies = 0;
    /** The number of successful copies of the curl command. */
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

  /** The sentence shown instead of a key that has ended. */
  get deadSentence() {
    const { expired, discarded, revoked } = strings.prompt.ended;
    const state = this.prompt?.state;
    return state === "expired" ? expired : state === "discarded" ? discarded : revoked;
  }

  /**
   * Issues a key. The caller begins the prompt after closing its own dialog.
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
      this.apply(await this.host.copyKey({ ticket }));
      this.copies += 1;
      this.replaced = false;
      this.setMessage("ok", strings.prompt.copied);
      void this.check.once(ticket);
    });
    if (copied.failure) this.setMessage("bad", strings.prompt.copyFailed(sentences(copied.failure)));
    return copied.ran ? (copied.failure ? "failed" : "copied") : "ignored";
  }

  /** Copies a command that prompts for the key; it replaces the key in the clipboard. */
  async copyCurl() {
    const { prompt } = this;
    if (!prompt || this.dead) return;
    const copied = await this.step("curl", async () => {
      await this.host.copyCurl({ environmentId: prompt.environmentId });
      this.curlCopies += 1;
      this.replaced = this.closable;
      if (this.replaced) {
        this.setMessage("warn", strings.prompt.curlReplacedKey);
      } else {
        this.setMessage("", strings.prompt.curlCopied);
      }
    });
    if (copied.failure) this.setMessage("bad", strings.prompt.curlFailed(sentences(copied.failure)));
  }

  copiedPart() {
    this.setMessage("warn", strings.prompt.copiedPart);
  }

  /** Shows why the prompt cannot be closed yet. */
  showReason() {
    if (this.dead) this.setMessage("", strings.prompt.closeToContinue);
    else if (this.closable) this.setMessage("", strings.prompt.closeWhenSaved);
    else this.setMessage("warn", strings.prompt.reasonToStaySentence);
  }

  async save() {
    const { prompt } = this;
    if (!prompt || this.saving) return;
    this.saveFailure = null;
    this.saving = true;
    this.changed();
    try {
      this.apply(await this.host.saveKey({ ticket: prompt.ticket }));
    } catch (thrown) {
      if (this.prompt?.ticket === prompt.ticket) this.saveFailure = toHostError(thrown);
    } finally {
      this.saving = false;
      this.changed();
    }
  }

  /**
   * Applies a response for the shown prompt. Rust sends the key only once, so the shown key is kept. Responses may arrive
   * out of order, so `copied`, `keychain` and `activated` are never reset. The permissions at issue are kept, because
   * the check compares against them.
   *
   * @param {Prompt} response
   */
  apply(response) {
    const { prompt } = this;
    if (prompt?.ticket !== response.ticket || this.dead) return;
    this.prompt = {
      ...response,
      key: USABLE_STATES.has(response.state) ? prompt.key : null,
      permissions: prompt.permissions,
      copied: response.copied || prompt.copied,
      keychain: response.keychain || prompt.keychain,
      activated: response.activated || prompt.activated,
    };
  }

  /** @returns {Promise<{environmentId: string, name: string} | null>} the discarded key; null on failure */
  async discard() {
    const { prompt } = this;
    if (!prompt) return null;
    const { environmentId, name } = prompt;
    const done = await this.step("discard", (ticket) => this.host.discardKey({ ticket }));
    if (done.failure) {
      this.setMessage("bad", sentences(done.failure));
      return null;
    }
    if (!done.ran) return null;
    this.end();
    return { environmentId, name };
  }

  /** @returns {Promise<import("../types/ClosedPrompt").ClosedPrompt | null>} the key to show next; null if Rust rejected the close */
  async close() {
    const { prompt, dead } = this;
    if (!prompt) return null;
    const { projectId, environmentId, keyId } = prompt;
    const done = await this.step("close", (ticket) => this.host.closePrompt({ ticket }));
    if (!done.ran) return null;
    // A dead key needs no protection: its prompt closes even if its ticket is unknown.
    if (done.failure && !dead) {
      this.setMessage("bad", sentences(done.failure));
      return null;
    }
    this.end();
    return { projectId, environmentId, keyId };
  }

  /**
   * Closes the prompt of a copied key; Rust keeps the key for the Playground.
   *
   * @returns {Promise<import("../types/Trial").Trial | null>} null if Rust rejected it
   */
  async tryOut() {
    /** @type {import("../types/Trial").Trial | null} */
    let trial = null;
    const done = await this.step("try", async (ticket) => {
      trial = await this.host.tryKey({ ticket });
    });
    if (done.failure) this.setMessage("bad", sentences(done.failure));
    if (trial) this.end();
    return trial;
  }

  /** Issues a replacement for a dead key: same name, permissions and environment. */
  async createAgain() {
    const { prompt } = this;
    if (!prompt) return;
    const { environmentId, name, permissions, ticket } = prompt;
    const done = await this.step("recreate", async () => {
      await this.host.closePrompt({ ticket }).catch(() => null); // its ticket may be unknown by now
      const again = await this.host.issueKey({
        environmentId,
        name,
        write: permissions.includes("write"),
        idempotencyKey: randomId(),
      });
      this.begin(again);
    });
    if (done.failure) this.setMessage("bad", sentences(done.failure));
  }

  /** Reads the prompt again after a database change: the key may have been revoked elsewhere. */
  async refresh() {
    const { prompt } = this;
    if (!prompt || this.busy || this.dead) return;
    let next;
    try {
      next = await this.host.revealKey({ ticket: prompt.ticket, plain: false });
    } catch (thrown) {
      if (toHostError(thrown).code !== "unknown_ticket") return; // the next change retries
      next = { ...prompt, state: /** @type {const} */ ("revoked") };
    }
    if (this.prompt?.ticket !== prompt.ticket || this.busy) return;
    this.apply(next);
    if (this.dead) this.setMessage("bad", this.deadSentence);
    this.changed();
  }

  /**
   * Runs one step at a time: a second press is ignored while a step runs.
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
  setMessage(tone, text) {
    this.message = { tone, text, id: this.message.id + 1 };
    this.changed();
  }

  end() {
    this.forget();
    this.changed();
  }

  forget() {
    this.prompt = null;
    this.saveFailure = null;
    this.message = { tone: "", text: "", id: this.message.id + 1 };
    this.copies = 0;
    this.curlCopies = 0;
    this.replaced = false;
    this.check.forget();
  }
}

/** @param {HostError} failure */
const sentences = ({ message, advice }) => (advice ? `${message} ${advice}` : message);
