/**
 * The Playground of the environment whose tab is open: the request, its key and the response. A pasted key, the trial,
 * the response and a confirmation for production are dropped when the tab is left; only the request is kept.
 */
import { toHostError } from "../host-error.js";
import { strings } from "../strings.js";

/** @typedef {import("../types/PlaygroundResponse").PlaygroundResponse} PlaygroundResponse */
/** @typedef {import("../types/PlaygroundKey").PlaygroundKey} PlaygroundKey */
/** @typedef {import("../types/Trial").Trial} Trial */
/** @typedef {import("../host-error.js").HostError} HostError */
/** @typedef {{method: string, path: string, body: string}} Draft */
/** @typedef {{method: string, path: string, body: string | null, key: PlaygroundKey}} Sending */

export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

/** A request that a read-only key may send, and one that it may not. @type {Draft[]} */
export const READY = [
  { method: "GET", path: "/products", body: "" },
  { method: "POST", path: "/products", body: '{"name": "Lamp"}' },
];

/** @param {string} method */
export const takesBody = (method) => WITH_BODY.has(method);

/** @typedef {"none" | "trial" | "pasted" | `keychain:${string}`} Choice an entry of the key list */

/**
 * The keys that can be sent: none, the trial, those in the keychain, a pasted one. A chosen key is still listed after
 * it was removed from the keychain: another key must not be sent instead.
 *
 * @param {import("../types/Key").Key[]} keys of the environment
 * @param {Choice} chosen
 * @param {Trial | null} trial
 * @returns {{choice: Choice, label: string}[]}
 */
export function choices(keys, chosen, trial) {
  const saved = keys
    .map((key) => ({ key, choice: /** @type {Choice} */ (`keychain:${key.id}`) }))
    .filter(({ key, choice }) => key.keychain || choice === chosen)
    .map(({ key, choice }) => ({ choice, label: keyLabel(key) }));
  return [
    { choice: "none", label: strings.general.noKey },
    ...(trial ? [{ choice: /** @type {const} */ ("trial"), label: strings.playground.justCreated(trial.name) }] : []),
    ...saved,
    { choice: "pasted", label: strings.playground.pasteKey },
  ];
}

/** @param {import("../types/Key").Key} key */
const keyLabel = ({ name, state }) =>
  state === "active" ? name : strings.playground.keyInState(name, strings.keys.states[state]);

export class Playground {
  /**
   * @param {Pick<typeof import("../host.js"), "sendRequest" | "endTrial">} host
   * @param {() => void} changed
   */
  constructor(host, changed) {
    this.host = host;
    this.changed = changed;
    /** @type {string | null} the environment whose tab is open */
    this.environmentId = null;
    /** @type {Map<string, Draft>} by environment */
    this.drafts = new Map();
    /** @type {Trial | null} */
    this.trial = null;
    /** Counts visits, so that a response for an earlier visit is dropped. */
    this.visit = 0;
    /** @type {Choice} */
    this.key = "none";
    this.pasted = "";
    this.sending = false;
    /** @type {{method: string, path: string, response: PlaygroundResponse} | null} */
    this.result = null;
    /** @type {HostError | null} */
    this.failure = null;
    /** @type {Sending | null} awaits confirmation, because it would change something in production */
    this.unconfirmed = null;
    this.confirmed = false;
  }

  forget() {
    this.key = "none";
    this.pasted = "";
    this.sending = false;
    this.result = null;
    this.failure = null;
    this.unconfirmed = null;
    this.confirmed = false;
  }

  /** The request as typed. */
  get draft() {
    return this.drafts.get(this.environmentId ?? "") ?? { method: "GET", path: this.ownTrial ? READY[0].path : "/", body: "" };
  }

  /** The trial if it belongs to the open tab. */
  get ownTrial() {
    return this.trial && this.trial.environmentId === this.environmentId ? this.trial : null;
  }

  /**
   * Opens the Playground of an environment, or none; drops the state of the previous one.
   *
   * @param {string | null} environmentId
   */
  at(environmentId) {
    if (this.trial && this.trial.environmentId !== environmentId) {
      this.trial = null;
      // An error needs no message: the trial ends with the process at the latest.
      void this.host.endTrial().catch(() => null);
    }
    if (this.environmentId !== environmentId) {
      this.visit += 1;
      this.environmentId = environmentId;
      this.forget();
    }
    if (this.ownTrial && this.key === "none") this.key = "trial";
  }

  /**
   * Sets the trial: a key from its prompt, or one that Rust still holds after a reload.
   *
   * @param {Trial | null} trial
   */
  setTrial(trial) {
    this.trial = trial;
    if (this.ownTrial) this.key = "trial";
    this.changed();
  }

  /** @param {Partial<Draft>} part */
  write(part) {
    if (this.environmentId === null) return;
    this.withdraw();
    this.drafts.set(this.environmentId, { ...this.draft, ...part });
    this.failure = null;
    this.changed();
  }

  /** @param {Choice} key */
  choose(key) {
    this.withdraw();
    this.key = key;
    if (key !== "pasted") this.pasted = "";
    this.failure = null;
    this.changed();
  }

  /** @param {string} text */
  paste(text) {
    this.withdraw();
    this.pasted = text;
    this.failure = null;
    this.changed();
  }

  /** @returns {PlaygroundKey} */
  get shownKey() {
    if (this.key === "none" || this.key === "trial") return { source: this.key };
    if (this.key === "pasted") return { source: "pasted", text: this.pasted };
    return { source: "keychain", keyId: this.key.slice("keychain:".length) };
  }

  async send() {
    const { method, path, body } = this.draft;
    if (this.sending || this.unconfirmed) return;
    await this.dispatch({ method, path, body: takesBody(method) && body !== "" ? body : null, key: this.shownKey });
  }

  /** @param {Draft} draft a sample request; sent with the chosen key */
  async sendReady(draft) {
    if (this.sending) return;
    this.write(draft);
    await this.send();
  }

  /** Confirms this request and all others until the tab is left. */
  async confirm() {
    const { unconfirmed } = this;
    if (!unconfirmed || this.sending) return;
    this.confirmed = true;
    this.unconfirmed = null;
    await this.dispatch(unconfirmed);
  }

  /** Cancels the confirmation. Nothing was sent, so a pasted key is restored. */
  withdraw() {
    if (!this.unconfirmed) return;
    this.restoreKey(this.unconfirmed);
    this.unconfirmed = null;
    this.changed();
  }

  /** @param {Sending} request */
  async dispatch(request) {
    const { visit, environmentId, confirmed } = this;
    if (environmentId === null) return;
    this.pasted = "";
    this.sending = true;
    this.failure = null;
    this.changed();
    try {
      const response = await this.host.sendRequest({ environmentId, ...request, confirmed });
      if (visit !== this.visit) return;
      this.result = { method: request.method, path: request.path, response };
    } catch (thrown) {
      if (visit !== this.visit) return;
      this.fail(request, toHostError(thrown));
    }
    this.sending = false;
    this.changed();
  }

  /**
   * @param {Sending} request
   * @param {HostError} failure
   */
  fail(request, failure) {
    if (failure.code === "production_unconfirmed") {
      this.unconfirmed = request;
      return;
    }
    this.failure = failure;
    this.result = null;
    if (failure.field) this.restoreKey(request); // invalid input: nothing was sent
  }

  /** @param {Sending} request */
  restoreKey({ key }) {
    if (key.source === "pasted" && this.key === "pasted" && this.pasted === "") this.pasted = key.text;
  }
}
