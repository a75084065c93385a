/**
 * The sidebar: project switcher, the environments of the project, the clipboard's countdown, Search and Settings. In a
 * narrow window it has icons only.
 */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { openPalette } from "../../commands/app";
import { projectMenu } from "../../commands/project";
import "../../components/action-menu";
import type { ActionMenu } from "../../components/action-menu";
import { icon } from "../../components/icons";
import type { Project } from "../../host/types/Project";
import { firstGrapheme } from "../../lib/format/text";
import type { Store } from "../../lib/store";
import { environmentsHref, settingsHref } from "../../routes";
import { strings } from "../../strings";
import "./clipboard-line";
import { shortcutLabel } from "./shortcut-label";
import "./sidebar-environments";

@customElement("side-bar")
export class SideBar extends AppElement {
  protected override observed(): Store[] {
    return [this.stores.navigation, this.stores.projects];
  }

  private openSwitcher(event: MouseEvent): void {
    const menu = this.querySelector<ActionMenu>("action-menu");
    const items = projectMenu(this.stores, this.stores.navigation.project);
    void menu?.toggle(event.currentTarget as HTMLElement, strings.sidebar.projects, items);
  }

  private renderProject({ id, name }: Project, isCurrentPage: boolean) {
    return html`<button
        type="button"
        class="switcher"
        aria-haspopup="menu"
        aria-expanded="false"
        data-tooltip=${name}
        @click=${this.openSwitcher}
      >
        <span class="switcher-text"
          ><span class="switcher-label">${strings.sidebar.project}</span
          ><span class="switcher-name"><bdi>${name}</bdi></span></span
        ><span class="switcher-initial" aria-hidden="true">${firstGrapheme(name).toUpperCase()}</span>${icon("chevron")}
      </button>
      <nav class="nav sidebar-main" aria-label=${strings.sidebar.mainNavigation}>
        <a
          href=${environmentsHref(id)}
          aria-current=${isCurrentPage ? "page" : nothing}
          data-tooltip=${strings.sidebar.environments}
          >${icon("environments")}<span class="nav-label">${strings.sidebar.environments}</span></a
        >
        <sidebar-environments .project=${this.stores.navigation.project}></sidebar-environments>
      </nav>`;
  }

  private renderSearch() {
    return html`<button
      type="button"
      class="nav-button"
      data-tooltip=${strings.sidebar.search}
      @click=${() => openPalette(this.stores)}
    >
      ${icon("search")}<span class="nav-label">${strings.sidebar.search}</span
      ><span class="wide-only" aria-hidden="true">${shortcutLabel("$mod+k")}</span>
    </button>`;
  }

  protected override render() {
    const { project, route } = this.stores.navigation;
    const isSettings = route.page === "settings";
    return html`<div class="brand">
        <span class="mark">${icon("mark")}</span><span class="wide-only">${strings.general.name}</span>
      </div>
      ${project ? this.renderProject(project, route.page === "environments") : nothing}
      <div class="side-foot">
        <clipboard-line></clipboard-line>
        ${project ? this.renderSearch() : nothing}
        <nav class="nav" aria-label=${strings.sidebar.applicationNavigation}>
          <a href=${settingsHref} aria-current=${isSettings ? "page" : nothing} data-tooltip=${strings.sidebar.settings}
            >${icon("settings")}<span class="nav-label">${strings.sidebar.settings}</span></a
          >
        </nav>
      </div>
      <action-menu></action-menu>`;
  }
}
