import type { Stores } from ".";
import { type CommandError, toCommandError } from "../host/command-error";
import type { AppEvent } from "../host/types/AppEvent";
import type { Settings } from "../host/types/Settings";
import type { SettingsChanges } from "../host/types/SettingsChanges";
import type { Start } from "../host/types/Start";
import { Store } from "../lib/store";
import { strings } from "../strings";

const MIN_RETRY_DELAY_MS = 1000;
const MAX_RETRY_DELAY_MS = 30_000;

/** The connection to Rust: its start, its events, and the settings. */
export class Session extends Store {
  start: Start | null = null;
  /** Why the start failed. */
  failure: CommandError | null = null;
  isStarting = false;
  isSubscribed = false;
  /** Includes changes that are still being stored. */
  settings: Settings = {
    theme: "system",
    clipboardSeconds: 45,
    singleKeys: true,
    zoom: 100,
    keepInTray: false,
    notifications: true,
  };

  private readonly stores: Stores;
  private isSubscribing = false;
  private retryDelay = MIN_RETRY_DELAY_MS;
  private storedSettings = this.settings;
  private pendingSettings = 0;
  private settingsQueue: Promise<void> = Promise.resolve();

  constructor(stores: Stores) {
    super();
    this.stores = stores;
  }

  get keychainName(): string {
    return this.start?.keychainName ?? strings.general.theSystemKeychain;
  }

  async begin(): Promise<void> {
    if (this.isStarting) return;
    this.isStarting = true;
    this.changed();
    const { host, navigation } = this.stores;
    try {
      const start = await host.start({ lastProject: navigation.projectId });
      this.start = start;
      this.failure = null;
      this.fillStores(start);
      const { prompt: ticket } = start;
      if (ticket !== null) await this.showPrompt(() => this.stores.prompt.resume(ticket));
    } catch (error) {
      this.failure = toCommandError(error);
    } finally {
      this.isStarting = false;
      this.changed();
    }
  }

  /**
   * Subscribes to events and reads everything that may have changed since the start. If that fails, it is tried again
   * later, with growing delays.
   */
  async subscribe(): Promise<void> {
    if (this.isSubscribed || this.isSubscribing) return;
    const { host, requests, navigation, toasts } = this.stores;
    this.isSubscribing = true;
    try {
      await host.subscribe((event) => this.receive(event));
    } catch (error) {
      if (this.retryDelay === MIN_RETRY_DELAY_MS) toasts.error(toCommandError(error));
      setTimeout(() => {
        this.isSubscribing = false;
        void this.subscribe();
      }, this.retryDelay);
      this.retryDelay = Math.min(2 * this.retryDelay, MAX_RETRY_DELAY_MS);
      return;
    }
    this.isSubscribing = false;
    this.isSubscribed = true;
    this.changed();
    void requests.receive();
    await navigation.refresh();
  }

  /** Shows a change immediately and reverts it if Rust rejects it. Changes are stored one after the other. */
  changeSettings(changes: SettingsChanges): Promise<void> {
    this.settings = { ...this.settings, ...changes };
    this.pendingSettings += 1;
    this.changed();
    this.settingsQueue = this.settingsQueue.then(() => this.storeSettings(changes));
    return this.settingsQueue;
  }

  /** Asks Rust to quit. If it needs a confirmation, or the one-time prompt blocks it, an event follows. */
  async requestQuit(): Promise<void> {
    try {
      await this.stores.host.quit({ confirmed: false, uncleared: false });
    } catch (error) {
      this.stores.toasts.error(toCommandError(error));
    }
  }

  private fillStores(start: Start): void {
    const { projects, environments, notices, gateways, httpService, clipboard, playground } = this.stores;
    this.settings = start.settings;
    this.storedSettings = start.settings;
    projects.set(start.projects);
    if (start.first) environments.set(start.first.projectId, start.first.environments);
    notices.set(start.notices);
    gateways.init(start);
    httpService.set(start.httpService);
    clipboard.set(start.clipboard);
    playground.setTrial(start.trial);
  }

  private async storeSettings(changes: SettingsChanges): Promise<void> {
    const { host, toasts } = this.stores;
    try {
      this.storedSettings = await host.changeSettings({ changes });
    } catch (error) {
      toasts.error(toCommandError(error));
    }
    this.pendingSettings -= 1;
    // While later changes wait, an older response must not be shown.
    if (this.pendingSettings > 0) return;
    this.settings = this.storedSettings;
    this.changed();
  }

  private receive(event: AppEvent): void {
    const { navigation, clipboard, gateways, httpService, requests, keyRequests, links, prompt, dialogs } = this.stores;
    switch (event.kind) {
      case "database":
        void navigation.refresh(event.changed);
        break;
      case "usage":
        void navigation.loadUsage();
        break;
      case "requests":
        void requests.receive();
        void keyRequests.receive();
        break;
      case "clipboard":
        clipboard.receive(event);
        break;
      case "gateways":
        gateways.setRunning(event.running);
        break;
      case "link":
        void links.open();
        break;
      case "httpService":
        httpService.set(event.state);
        break;
      case "promptClosed": {
        const key = prompt.receiveClosed(event.ticket);
        if (key) void navigation.showKey(key);
        break;
      }
      case "closeBlocked":
        void this.showPrompt(() => prompt.closeBlocked(event.ticket));
        break;
      case "confirmQuit":
        dialogs.confirmQuit(event);
        break;
    }
  }

  private async showPrompt(show: () => Promise<void>): Promise<void> {
    try {
      await show();
    } catch (thrown) {
      const error = toCommandError(thrown);
      if (error.code !== "unknown_ticket") this.stores.toasts.error(error); // an unknown ticket: the prompt has ended
    }
  }
}
