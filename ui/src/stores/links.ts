import type { Stores } from ".";
import { toCommandError } from "../host/command-error";
import type { LinkedPlace } from "../host/types/LinkedPlace";
import { environmentHomeHref, environmentHref } from "../routes";
import { strings } from "../strings";

/**
 * Goes to the places of links that other programs open. A link waits while the one-time prompt or a dialog is open, and
 * the last one replaces those before it. It is dropped if what closes the prompt goes to another place on purpose.
 */
export class Links {
  private isWaiting = false;
  /** The place of the last link that was found, until the window went there. */
  private href: string | null = null;

  private readonly stores: Stores;

  constructor(stores: Stores) {
    this.stores = stores;
    // Later, because whatever closes the prompt or a dialog may open the next one, or go to its own place first.
    const onChange = () => this.isWaiting && setTimeout(() => this.isWaiting && void this.open());
    for (const store of [stores.prompt, stores.dialogs]) store.addEventListener("change", onChange);
  }

  /** Goes to the place of the link, now or when nothing is open. Returns whether it went there. */
  async open(): Promise<boolean> {
    const { host, navigation, toasts } = this.stores;
    this.isWaiting = this.isBlocked;
    if (this.isWaiting) return false;
    try {
      const place = await host.takeLink();
      if (place) this.href = await this.hrefOf(place);
    } catch (error) {
      toasts.error(toCommandError(error));
      return false;
    }
    const { href } = this;
    if (href === null) return false;
    this.isWaiting = this.isBlocked; // a dialog may have been opened meanwhile
    if (this.isWaiting) return false;
    this.href = null;
    await navigation.go(href);
    return true;
  }

  /** Drops a link that waits, because the user goes to another place. */
  async drop(): Promise<void> {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    this.href = null;
    this.stores.toasts.show(strings.toasts.linkDropped);
    // Rust keeps it until it is taken. An error needs no message: it is not opened.
    await this.stores.host.takeLink().catch(() => null);
  }

  private get isBlocked(): boolean {
    const { prompt, dialogs } = this.stores;
    return prompt.isOpen || dialogs.current !== null || dialogs.isConfirmingQuit;
  }

  /** Reads the lists that do not contain the place yet, so that its page is complete when it is shown. */
  private async hrefOf({ projectId, environmentId, tab }: LinkedPlace): Promise<string> {
    const { projects, environments } = this.stores;
    if (!projects.find(projectId)) await projects.read();
    if (!environments.find(projectId, environmentId)) await environments.read(projectId);
    const environment = environments.find(projectId, environmentId);
    if (tab === null && environment) return environmentHomeHref(environment);
    return environmentHref(projectId, environmentId, tab ?? "overview");
  }
}
