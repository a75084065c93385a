/** The sidebar: logo, project switcher, navigation, the clipboard's countdown, and Settings. */
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { AppElement } from "../../app-element";
import { projectCommands } from "../../commands/project";
import "../../components/action-menu";
import type { ActionMenu } from "../../components/action-menu";
import { icon } from "../../components/icons";
import type { Project } from "../../host/types/Project";
import type { Store } from "../../lib/store";
import { environmentsHref, settingsHref } from "../../routes";
import { strings } from "../../strings";
import "./clipboard-line";

/** Splits a text into what a reader sees as one character each, such as an emoji of several code points. */
const graphemes = new Intl.Segmenter("en");

@customElement("side-bar")
export class SideBar extends AppElement {
  protected override observed(): Store[] {
    return [this.stores.navigation, this.stores.projects];
  }

  private openSwitcher(event: MouseEvent): void {
    const menu = this.querySelector<ActionMenu>("action-menu");
    const items = projectCommands(this.stores, this.stores.navigation.project);
    void menu?.toggle(event.currentTarget as HTMLElement, strings.sidebar.projects, items);
  }

  private renderProject({ id, name }: Project, isCurrentPage: boolean) {
    const [initial] = graphemes.segment(name);
    return html`<button
        type="button"
        class="switcher"
        aria-haspopup="menu"
        aria-expanded="false"
        title=${name}
        @click=${this.openSwitcher}
      >
        <span class="switcher-text"
          ><span class="switcher-label">${strings.sidebar.project}</span
          ><span class="switcher-name">${name}</span></span
        ><span class="switcher-initial" aria-hidden="true">${initial?.segment.toUpperCase()}</span>${icon("chevron")}
      </button>
      <nav class="nav" aria-label=${strings.sidebar.mainNavigation}>
        <a
          href=${environmentsHref(id)}
          aria-current=${isCurrentPage ? "page" : nothing}
          title=${strings.sidebar.environments}
          >${icon("environments")}<span class="nav-label">${strings.sidebar.environments}</span></a
        >
      </nav>`;
  }

  protected override render() {
    const { project, route } = this.stores.navigation;
    const isSettings = route.page === "settings";
    return html`<div class="brand">
        <span class="mark">${icon("mark")}</span><span class="wide-only">${strings.general.name}</span>
      </div>
      ${project ? this.renderProject(project, !isSettings) : nothing}
      <div class="side-foot">
        <clipboard-line></clipboard-line>
        <nav class="nav" aria-label=${strings.sidebar.applicationNavigation}>
          <a href=${settingsHref} aria-current=${isSettings ? "page" : nothing} title=${strings.sidebar.settings}
            >${icon("settings")}<span class="nav-label">${strings.sidebar.settings}</span></a
          >
        </nav>
      </div>
      <action-menu></action-menu>`;
  }
}
