/**
 * The root state: starts the host, receives its changes and passes them to the parts. Elements subscribe to its one
 * event, `changed`. The place is only a value here; the app writes the address.
 */
import { toHostError } from "../host-error.js";
import { strings } from "../strings.js";
import { Clipboard } from "./clipboard.js";
import { Decisions } from "./decisions.js";
import { Gateways } from "./gateways.js";
import { Library } from "./library.js";
import { OneTimePrompt } from "./one-time-prompt.js";
import { Playground } from "./playground.js";
import { randomId } from "./random-id.js";
import { Toasts } from "./toasts.js";

/** @typedef {typeof import("../host.js")} Host */
/** @typedef {import("../types/Start").Start} Start */
/** @typedef {import("../types/Settings").Settings} Settings */
/** @typedef {import("../types/Notice").Notice} Notice */
/** @typedef {import("../types/Prompt").Prompt} Prompt */
/** @typedef {import("../types/AppEvent").AppEvent} AppEvent */
/** @typedef {import("./place.js").Place} Place */

export class WindowState extends EventTarget {
  /** @param {Host} host */
  constructor(host) {
    super();
    this.host = host;
    const changed = () => this.dispatchEvent(new Event("changed"));
    this.changed = changed;
    this.library = new Library(host, changed);
    this.clipboard = new Clipboard(host, changed);
    this.prompt = new OneTimePrompt(host, changed);
    this.playground = new Playground(host, changed);
    this.toasts = new Toasts(changed);
    this.gateways = new Gateways(host, changed);
    /** Decisions have their own event: they are too frequent to update the whole window. */
    this.decisions = new Decisions(host);
    /** @type {Start | null} the response to `start`; its lists are kept in the library */
    this.started = null;
    /** @type {import("../host-error.js").HostError | null} */
    this.startFailure = null;
    this.starting = false;
    this.watching = false;
    /** @type {Settings} */
    this.settings = { theme: "system", clipboardSeconds: 45, singleKeys: true };
    /** @type {Notice[]} */
    this.notices = [];
    /** @type {import("../types/KeychainStatus").KeychainStatus | null} */
    this.keychain = null;
    /** @type {Place} */
    this.place = { at: "start" };
    /** @type {string | null} the project in the sidebar if the place has none */
    this.projectId = null;
    /** @type {{environmentId: string, keyId: string} | null} the row to focus and highlight once */
    this.highlightedKey = null;
    /** @type {Promise<unknown> | null} */
    this.refreshing = null;
    this.refreshAgain = false;
  }

  async start() {
    if (this.starting) return;
    this.starting = true;
    this.changed();
    try {
      const started = await this.host.start({ lastProject: this.projectId });
      this.started = started;
      this.startFailure = null;
      this.settings = started.settings;
      this.library.projects = started.projects;
      if (started.first) this.library.environments.set(started.first.projectId, started.first.environments);
      this.notices = started.notices;
      this.gateways.begin(started);
      this.clipboard.set(started.clipboard);
      this.playground.setTrial(started.trial);
      if (started.prompt) await this.resume(started.prompt);
    } catch (thrown) {
      this.startFailure = toHostError(thrown);
    } finally {
      this.starting = false;
      this.changed();
    }
  }

  /** Subscribes to changes and reads everything that may have changed since the start. */
  async listen() {
    if (this.watching) return;
    this.watching = true;
    try {
      await this.host.watch((change) => this.receive(change));
    } catch (thrown) {
      this.watching = false;
      this.toasts.fail(toHostError(thrown));
      return;
    }
    this.decisions.missed();
    await this.refresh();
  }

  /**
   * Handles a close that this prompt blocked. If the prompt is not shown (its response was lost), it is shown now.
   *
   * @param {string} ticket
   */
  async closeBlocked(ticket) {
    if (!this.prompt.open) await this.resume(ticket);
    this.dispatchEvent(new Event("close-blocked"));
  }

  /** @param {string} ticket */
  async resume(ticket) {
    try {
      await this.prompt.resume(ticket);
    } catch (thrown) {
      const failure = toHostError(thrown);
      if (failure.code !== "unknown_ticket") this.toasts.fail(failure); // an unknown ticket means that the prompt has ended
    }
  }

  async readNotices() {
    this.notices = await this.host.listNotices();
    this.changed();
  }

  /** @param {AppEvent} change */
  receive(change) {
    switch (change.kind) {
      case "database":
        void this.refresh();
        break;
      case "clipboard":
        this.clipboard.receive(change);
        break;
      case "gateways":
        this.gateways.receive(change.running);
        break;
      case "decisions":
        this.decisions.receive(change);
        break;
      case "usage":
        if (this.shows(change.environmentId)) void this.refresh();
        break;
      case "closeBlocked":
        void this.closeBlocked(change.ticket);
        break;
      case "confirmQuit":
        this.dispatchEvent(new Event("confirm-quit"));
        break;
    }
  }

  /**
   * Whether the current place shows data of an environment.
   *
   * @param {string} environmentId
   */
  shows(environmentId) {
    const { place } = this;
    if (place.at === "environment") return place.environmentId === environmentId;
    return place.at === "environments" && this.library.environment(place.projectId, environmentId) !== null;
  }

  /**
   * Goes to a place: shows its cached lists and reads them again.
   *
   * @param {Place} place
   * @returns {Promise<void>} resolved when its lists are loaded
   */
  async go(place) {
    this.place = place;
    this.playground.at(place.at === "environment" && place.tab === "playground" ? place.environmentId : null);
    if ("projectId" in place) this.projectId = place.projectId;
    this.changed();
    await this.readPlace();
  }

  async readPlace() {
    const { place, library } = this;
    /** @type {Promise<unknown>[]} */
    const reads = [];
    if ("projectId" in place && library.project(place.projectId)) reads.push(library.readEnvironments(place.projectId));
    if (place.at === "environment") {
      reads.push(library.readKeys(place.environmentId));
      if (place.tab === "gateway" || place.tab === "playground") reads.push(this.gateways.read(place.environmentId), this.readDecisions(place.environmentId));
    }
    await Promise.all(reads);
  }

  /** @param {string} environmentId */
  async readDecisions(environmentId) {
    try {
      await this.decisions.show(environmentId);
    } catch (thrown) {
      this.toasts.fail(toHostError(thrown));
    }
  }

  /** Reads the shown lists again. Changes during a refresh cause one more refresh at most. */
  refresh() {
    if (this.refreshing) {
      this.refreshAgain = true;
      return this.refreshing;
    }
    const read = async () => {
      do {
        this.refreshAgain = false;
        await Promise.allSettled([this.library.readProjects(), this.readPlace(), this.prompt.refresh(), this.readNotices()]);
      } while (this.refreshAgain);
      this.refreshing = null;
    };
    this.refreshing = read();
    return this.refreshing;
  }

  /** The project in the sidebar. */
  get project() {
    const { projects } = this.library;
    return projects.find(({ id }) => id === this.projectId) ?? projects[0] ?? null;
  }

  /**
   * Shows the change immediately and reverts it if Rust rejects it.
   *
   * @param {Partial<Settings>} changes
   */
  async changeSettings(changes) {
    const before = this.settings;
    this.settings = { ...before, ...changes };
    this.changed();
    try {
      this.settings = await this.host.changeSettings({ settings: this.settings });
    } catch (thrown) {
      this.settings = before;
      this.toasts.fail(toHostError(thrown));
    }
    this.changed();
  }

  async readKeychain() {
    this.keychain = null;
    this.changed();
    try {
      this.keychain = await this.host.keychainStatus();
    } catch (thrown) {
      const { message, advice } = toHostError(thrown);
      this.keychain = { state: "failed", name: this.started?.keychainName ?? strings.general.systemKeychain, message, advice };
    }
    this.changed();
  }

  /** @param {Notice} notice */
  async acknowledge(notice) {
    this.notices = this.notices.filter(({ keyId }) => keyId !== notice.keyId);
    this.changed();
    try {
      await this.host.acknowledgeNotice({ keyId: notice.keyId });
    } catch (thrown) {
      this.toasts.fail(toHostError(thrown));
    }
  }

  /**
   * Issues a replacement for a key that was never copied: same name and permissions. Opens the one-time prompt.
   *
   * @param {Notice} notice
   */
  async createAgain(notice) {
    const prompt = await this.prompt.issue({
      environmentId: notice.environmentId,
      name: notice.name,
      write: notice.permissions.includes("write"),
      idempotencyKey: randomId(),
    });
    this.prompt.begin(prompt);
    await this.acknowledge(notice);
  }

  /**
   * Creates a project with the sample API and a first key. The caller begins the prompt once the key list is shown.
   *
   * @returns {Promise<{environment: import("../types/Environment").Environment, prompt: Prompt | null}>} without a
   *   prompt if the key could not be issued
   */
  async createSample() {
    const environment = await this.library.createSample();
    const reader = { environmentId: environment.id, name: "reader", write: false, idempotencyKey: randomId() };
    try {
      return { environment, prompt: await this.prompt.issue(reader) };
    } catch (thrown) {
      this.toasts.fail(toHostError(thrown));
      return { environment, prompt: null };
    }
  }

  /** Requests to quit; if Rust blocks it, an event follows. */
  async requestQuit() {
    try {
      await this.host.quit({ confirmed: false, uncleared: false });
    } catch (thrown) {
      this.toasts.fail(toHostError(thrown));
    }
  }
}
