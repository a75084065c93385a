/** The sidebar: logo, project switcher, navigation, the clipboard's countdown and Settings. */
import { html, nothing } from "lit";
import { environmentsPlace } from "../state/place.js";
import { strings } from "../strings.js";
import "./action-menu.js";
import "./clipboard-line.js";
import { icon } from "./icons.js";
import { LightElement } from "./light-element.js";

class SideBar extends LightElement {
  /** @param {MouseEvent} event */
  switcherPressed(event) {
    const { projects } = this.state.library;
    const { project } = this.state;
    const menu = /** @type {import("./action-menu.js").ActionMenuElement} */ (this.querySelector("action-menu"));
    void menu.toggle(/** @type {HTMLElement} */ (event.currentTarget), strings.sidebar.projects, [
      ...projects.map(({ id, name }) => ({
        label: name,
        checked: id === project?.id,
        run: () => this.emit("project-chosen", id),
      })),
      { label: strings.sidebar.newProject, separated: true, run: () => this.emit("open-dialog", { kind: "new-project" }) },
      ...(project
        ? [
            { label: strings.sidebar.renameProject, run: () => this.emit("open-dialog", { kind: "rename-project", project }) },
            {
              label: strings.sidebar.deleteProject,
              danger: true,
              run: () => this.emit("open-dialog", { kind: "delete-project", project }),
            },
          ]
        : []),
    ]);
  }

  render() {
    const { project, place } = this.state;
    const settings = place.at === "settings";
    return html`<div class="brand"><span class="mark">${icon("mark")}</span><span class="wide-only">${strings.general.name}</span></div>
      ${project
        ? html`<button
              type="button"
              class="switcher"
              aria-haspopup="menu"
              aria-expanded="false"
              title=${project.name}
              @click=${this.switcherPressed}
            >
              <span class="switcher-text"
                ><span class="switcher-label">${strings.sidebar.project}</span><span class="switcher-name">${project.name}</span></span
              ><span class="switcher-initial" aria-hidden="true">${[...project.name][0]?.toUpperCase()}</span>${icon("chevron")}
            </button>
            <nav class="nav" aria-label=${strings.sidebar.mainNavigation}>
              <a href=${environmentsPlace(project.id)} aria-current=${settings ? nothing : "page"} title=${strings.sidebar.environments}
                >${icon("environments")}<span class="nav-label">${strings.sidebar.environments}</span></a
              >
            </nav>`
        : nothing}
      <div class="side-foot">
        <clipboard-line .state=${this.state}></clipboard-line>
        <nav class="nav" aria-label=${strings.sidebar.applicationNavigation}>
          <a href="#/settings" aria-current=${settings ? "page" : nothing} title=${strings.sidebar.settings}
            >${icon("settings")}<span class="nav-label">${strings.sidebar.settings}</span></a
          >
        </nav>
      </div>
      <action-menu></action-menu>`;
  }
}

customElements.define("side-bar", SideBar);
