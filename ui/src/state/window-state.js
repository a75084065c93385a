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
    /** They have an event of their own: too many come for the whole window to hear of each. */
    this.decisions = new Decisions(host);
    /** @type {Start | null} what Rust said at the start; its lists live in the library from then on */
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
    /** @type {string | null} the project the sidebar shows when the place names none */
    this.projectId = null;
    /** @type {{environmentId: string, keyId: string} | null} the row to focus and highlight once */
    this.landed = null;
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
      this.playground.take(started.trial);
      if (started.prompt) await this.resume(started.prompt);
    } catch (thrown) {
      this.startFailure = toHostError(thrown);
    } finally {
      this.starting = false;
      this.changed();
    }
  }

  /** Subscribes to changes and reads again what may have changed since the start. */
  async listen() {
    if (this.watching) return;
    this.watching = true;
    try {
      await this.host.watch((change) => this.heard(change));
    } catch (thrown) {
      this.watching = false;
      this.toasts.fail(toHostError(thrown));
      return;
    }
    this.decisions.missed();
    await this.refresh();
  }

  /**
   * Closing was refused because of this prompt. If it is not on screen (its answer was lost), it is shown now.
   *
   * @param {string} ticket
   */
  async closeRefused(ticket) {
    if (!this.prompt.open) await this.resume(ticket);
    this.dispatchEvent(new Event("close-refused"));
  }

  /** @param {string} ticket */
  async resume(ticket) {
    try {
      await this.prompt.resume(ticket);
    } catch (thrown) {
      const failure = toHostError(thrown);
      if (failure.code !== "unknown_ticket") this.toasts.fail(failure); // without a ticket it has ended
    }
  }

  async readNotices() {
    this.notices = await this.host.listNotices();
    this.changed();
  }

  /** @param {AppEvent} change */
  heard(change) {
    switch (change.kind) {
      case "database":
        void this.refresh();
        break;
      case "clipboard":
        this.clipboard.heard(change);
        break;
      case "gateways":
        this.gateways.heard(change.running);
        break;
      case "decisions":
        this.decisions.heard(change);
        break;
      case "usage":
        if (this.shows(change.environmentId)) void this.refresh();
        break;
      case "closeBlocked":
        void this.closeRefused(change.ticket);
        break;
      case "confirmQuit":
        this.dispatchEvent(new Event("quit-asked"));
        break;
    }
  }

  /**
   * Whether something of an environment can be seen now.
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
   * @returns {Promise<void>} when its lists have arrived
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

  /** Reads again what is shown. Many changes in a row make at most one more reading. */
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

  /** The project the sidebar names. */
  get project() {
    const { projects } = this.library;
    return projects.find(({ id }) => id === this.projectId) ?? projects[0] ?? null;
  }

  /**
   * Shows the change immediately and reverts it if Rust rejects it.
   *
   * @param {Partial<Settings>} wanted
   */
  async changeSettings(wanted) {
    const before = this.settings;
    this.settings = { ...before, ...wanted };
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
      this.keychain = { state: "failed", name: this.started?.keychainName ?? strings.common.systemKeychain, message, advice };
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
   * A key that was never copied, once more: same name and permissions. Ends in the one-time prompt.
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
   * A project with the sample API, and a first key for it. Its prompt is begun once the key's list is on screen.
   *
   * @returns {Promise<{environment: import("../types/Environment").Environment, prompt: Prompt | null}>} without a
   *   prompt when only the key could not be made
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

  /** Asks Rust to quit; a reason not to comes back as a change. */
  async askToQuit() {
    try {
      await this.host.quit({ confirmed: false, uncleared: false });
    } catch (thrown) {
      this.toasts.fail(toHostError(thrown));
    }
  }
}
