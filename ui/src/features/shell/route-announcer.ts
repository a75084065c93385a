/**
 * Titles the window after its page, and announces the page after a navigation, because the focus does not move to its
 * heading: it stays on the link, or goes to the first control.
 */
import { html } from "lit";
import { customElement, state } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import type { Store } from "../../lib/store";
import { routeHref } from "../../routes";
import { formatTitle, routeTitle } from "./route-title";

@customElement("route-announcer")
export class RouteAnnouncer extends AppElement {
  @state() private announcement = "";

  private shownHref: string | null = null;

  protected override observed(): Store[] {
    return [this.stores.navigation, this.stores.projects, this.stores.environments];
  }

  protected override willUpdate(): void {
    const parts = routeTitle(this.stores);
    const title = formatTitle(parts);
    if (document.title !== title) document.title = title;
    const href = routeHref(this.stores.navigation.route);
    const isFirst = this.shownHref === null;
    if (href === this.shownHref) return;
    this.shownHref = href;
    // A tab says its name when it gets the focus.
    if (!isFirst && !document.activeElement?.matches("[role=tab]")) this.announcement = parts.join(", ");
  }

  protected override render() {
    return html`<div class="visually-hidden" role="status">${this.announcement}</div>`;
  }
}
