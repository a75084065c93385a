import type { Stores } from ".";
import { toCommandError } from "../host/command-error";
import type { ChangedRows } from "../host/types/ChangedRows";
import type { ClosedPrompt } from "../host/types/ClosedPrompt";
import type { Project } from "../host/types/Project";
import { Store } from "../lib/store";
import { keysHref, parseRoute, type Route, routeHref } from "../routes";
import { includes, mergeChanges } from "./changed-rows";

/** Where the route is written, so that reload, back, and forward work. */
export interface Address {
  /** Returns the fragment. */
  read(): string;
  /** Adds an entry to the history. */
  push(fragment: string): void;
  /** Replaces the current entry of the history. */
  replace(fragment: string): void;
}

/** A key whose row is focused and highlighted once, when its list is shown. */
export interface HighlightedKey {
  environmentId: string;
  keyId: string;
}

/** The shown route, and what is read for it. */
export class Navigation extends Store {
  route: Route;
  /** The project in the sidebar while the route has none. */
  projectId: string | null = null;
  highlightedKey: HighlightedKey | null = null;
  /** The last place of the previous run, until the first page is shown. */
  lastRoute: Route | null = null;

  private readonly address: Address;
  private readonly stores: Stores;
  private refreshing: Promise<void> | null = null;
  /** What changed during a refresh. Undefined: nothing. */
  private changedMeanwhile: ChangedRows | null | undefined;

  constructor(address: Address, stores: Stores) {
    super();
    this.address = address;
    this.stores = stores;
    this.route = parseRoute(address.read());
  }

  /** Goes to a route. Resolves when its lists are read. */
  go(href: string): Promise<void> {
    this.lastRoute = null;
    this.address.push(href);
    return this.show(parseRoute(href));
  }

  /** Opens the key list and highlights a key. */
  showKey(key: ClosedPrompt): Promise<void> {
    this.highlightedKey = key;
    return this.go(keysHref(key.projectId, key.environmentId));
  }

  replace(href: string): Promise<void> {
    this.address.replace(href);
    return this.show(parseRoute(href));
  }

  /**
   * Shows the first page: the place of a link that started the program, the place in the address, or else the last place
   * of the previous run if it still exists.
   */
  async showFirst(): Promise<void> {
    if (this.stores.session.start?.hasLink && (await this.stores.links.open())) return;
    const { lastRoute } = this;
    const isRestored = lastRoute !== null && this.route.page === "start" && (await this.exists(lastRoute));
    this.lastRoute = null;
    if (isRestored) return this.replace(routeHref(lastRoute));
    return this.show(this.route);
  }

  /** Shows a route that is already in the address: its known lists immediately, then as they are read again. */
  async show(route: Route): Promise<void> {
    this.route = route;
    if (route.page === "environment") {
      this.stores.playground.enter(route.environmentId, route.tab === "playground");
    } else {
      this.stores.playground.enter(null, false);
    }
    if ("projectId" in route) this.projectId = route.projectId;
    if (!this.isHighlightedKeyHere) this.highlightedKey = null;
    this.changed();
    await this.load();
    await this.locateHighlightedKey();
  }

  /** The project in the sidebar. */
  get project(): Project | null {
    const { projects } = this.stores;
    return projects.find(this.projectId ?? "") ?? projects.list[0] ?? null;
  }

  /**
   * Reads the lists of the route again that show changed rows; by default all. Never fails: each list keeps its error.
   */
  async load(changed: ChangedRows | null = null): Promise<void> {
    const { route } = this;
    const { projects, environments, keys, savedKeys, expiringKeys, gateways, activity, requests } = this.stores;
    const reads: Promise<void>[] = [keys.refreshSingles(changed?.keyIds)];
    const projectId = "projectId" in route ? projects.find(route.projectId)?.id : this.project?.id;
    if (projectId && includes(changed?.projectIds, projectId)) reads.push(environments.read(projectId));
    if (route.page === "environment") {
      const { environmentId, tab } = route;
      const isEnvironmentChanged = includes(changed?.environmentIds, environmentId);
      if (isEnvironmentChanged) reads.push(gateways.read(environmentId));
      if (isEnvironmentChanged || includes(changed?.keyEnvironmentIds, environmentId)) {
        if (tab === "keys") reads.push(keys.read(environmentId));
        if (tab === "playground") reads.push(savedKeys.read(environmentId));
        if (tab === "overview") reads.push(activity.read(environmentId), expiringKeys.read(environmentId));
        if (tab === "gateway") reads.push(requests.show(environmentId));
      }
    }
    await Promise.all(reads);
  }

  /** Reads the lists of the route again that show when keys were used. Never fails, as `load`. */
  async loadUsage(): Promise<void> {
    const { route } = this;
    if (!("projectId" in route)) return;
    const { environments, keys, activity } = this.stores;
    const reads = [keys.refreshSingles(), environments.read(route.projectId)];
    if (route.page === "environment" && route.tab === "keys") reads.push(keys.read(route.environmentId));
    if (route.page === "environment" && route.tab === "overview") reads.push(activity.read(route.environmentId));
    await Promise.all(reads);
  }

  /** Reads again what is shown of changed rows; by default everything. Calls during a refresh cause one more refresh. */
  refresh(changed: ChangedRows | null = null): Promise<void> {
    if (this.refreshing) {
      this.changedMeanwhile =
        this.changedMeanwhile === undefined ? changed : mergeChanges(this.changedMeanwhile, changed);
    }
    this.refreshing ??= this.refreshRepeatedly(changed);
    return this.refreshing;
  }

  /** Whether the lists of the route were read, so that its page is complete. */
  get isLoaded(): boolean {
    const { route } = this;
    const { projects, environments, keys, gateways, activity } = this.stores;
    if (projects.list.length === 0 || route.page === "settings") return true;
    if (route.page === "start" || !projects.find(route.projectId)) return false;
    if (environments.failures.has(route.projectId)) return true;
    if (!environments.byProject.has(route.projectId)) return false;
    if (route.page === "environments") return true;
    const { environmentId, tab } = route;
    const isGatewayRead = gateways.byEnvironment.has(environmentId) || gateways.failures.has(environmentId);
    if (!isGatewayRead) return false;
    if (tab === "overview") return activity.byEnvironment.has(environmentId) || activity.failures.has(environmentId);
    return tab !== "keys" || keys.isRead(environmentId);
  }

  private async exists(route: Route): Promise<boolean> {
    const { projects, environments } = this.stores;
    if (!("projectId" in route)) return projects.list.length > 0;
    if (!projects.find(route.projectId)) return false;
    if (route.page !== "environment") return true;
    if (!environments.byProject.has(route.projectId)) await environments.read(route.projectId);
    return environments.find(route.projectId, route.environmentId) !== null;
  }

  private async refreshRepeatedly(changed: ChangedRows | null): Promise<void> {
    await this.refreshOnce(changed);
    while (this.changedMeanwhile !== undefined) {
      const next = this.changedMeanwhile;
      this.changedMeanwhile = undefined;
      await this.refreshOnce(next);
    }
    this.refreshing = null;
  }

  private async refreshOnce(changed: ChangedRows | null): Promise<void> {
    const { projects, prompt, notices, toasts } = this.stores;
    const reads = [this.load(changed)];
    if (changed?.projectIds.length !== 0) reads.push(projects.read(), notices.read());
    if (changed?.keyIds.length !== 0) reads.push(prompt.refresh());
    const results = await Promise.allSettled(reads);
    const failed = results.find((read) => read.status === "rejected");
    if (failed) toasts.error(toCommandError(failed.reason));
  }

  private get isHighlightedKeyHere(): boolean {
    const { route } = this;
    return (
      route.page === "environment" && route.tab === "keys" && route.environmentId === this.highlightedKey?.environmentId
    );
  }

  /** Reads the page of the highlighted key. If the key is gone, a later visit must not look for it. */
  private async locateHighlightedKey(): Promise<void> {
    const key = this.highlightedKey;
    if (!key) return;
    const position = await this.stores.keys.list(key.environmentId).locate(key.keyId);
    if (position === null && this.highlightedKey === key) this.highlightedKey = null;
  }
}
