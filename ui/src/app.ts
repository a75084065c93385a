/** The frame of the window: the sidebar, the page of the route, and what is shown above them. */
import { ContextProvider } from "@lit/context";
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { AppElement, storesContext } from "./app-element";
import { errorBanner } from "./components/field";
import { toastSpace } from "./components/toast-space";
import "./components/tooltip";
import { withNames } from "./components/user-name";
import "./dialog-host";
import "./features/environments/environment-screen";
import "./features/environments/environments-screen";
import "./features/keys/one-time-prompt/one-time-prompt";
import "./features/onboarding/first-run";
import "./features/shell/quit-dialog";
import "./features/shell/route-announcer";
import "./features/shell/side-bar";
import "./features/shell/start-failure";
import "./features/shell/start-notices";
import "./features/shell/toast-stack";
import type { Project } from "./host/types/Project";
import type { Store } from "./lib/store";
import { environmentsHref, type Route, routeHref } from "./routes";
import type { Stores } from "./stores";
import { strings } from "./strings";

const progress = (label: string) => html`<div class="progress" role="progressbar" aria-label=${label}></div>`;

@customElement("keystile-app")
export class KeystileApp extends AppElement {
  private shownHref = "";

  constructor(stores: Stores) {
    super();
    this.stores = stores;
    this.addController(new ContextProvider(this, { context: storesContext, initialValue: stores }));
  }

  protected override observed(): Store[] {
    const { session, navigation, projects, environments, dialogs, prompt } = this.stores;
    return [session, navigation, projects, environments, dialogs, prompt];
  }

  /** A route without a known project is replaced by the project in the sidebar. */
  protected override willUpdate(): void {
    const { session, navigation, projects } = this.stores;
    const { route, project } = navigation;
    if (!session.start || !project || navigation.lastRoute) return;
    const isUnknown = "projectId" in route && !projects.find(route.projectId);
    if (route.page !== "start" && !isUnknown) return;
    queueMicrotask(() => void navigation.replace(environmentsHref(project.id)));
  }

  protected override updated(): void {
    const href = routeHref(this.stores.navigation.route);
    if (href === this.shownHref) return;
    this.shownHref = href;
    this.querySelector("main")?.scrollTo(0, 0);
  }

  private renderPage() {
    const { navigation, projects } = this.stores;
    const { route, project } = navigation;
    if (route.page === "settings") return html`<settings-screen></settings-screen>`;
    if (!project) return html`<first-run></first-run>`;
    if (route.page === "environment") return this.renderEnvironment(route, project);
    if (route.page !== "environments" || !projects.find(route.projectId)) return nothing;
    return keyed(project.id, html`<environments-screen .project=${project}></environments-screen>`);
  }

  private renderEnvironment(
    { projectId, environmentId, tab }: Extract<Route, { page: "environment" }>,
    project: Project,
  ) {
    const { environments } = this.stores;
    const environment = environments.find(projectId, environmentId);
    if (environment) {
      return html`<environment-screen
        .project=${project}
        .environment=${environment}
        .tab=${tab}
      ></environment-screen>`;
    }
    const failure = environments.failures.get(projectId);
    if (!failure && !environments.byProject.has(projectId)) {
      return html`<div class="body">${progress(strings.app.loadingEnvironments)}</div>`;
    }
    return html`<header class="head">
        <div class="titlebar"><h1 tabindex="-1">${strings.app.notFoundTitle}</h1></div>
      </header>
      <div class="body">
        ${errorBanner(failure ?? strings.app.notFound)}
        <p>
          <a class="text-link" href=${environmentsHref(projectId)}
            >${withNames(strings.app.allEnvironments, project.name)}</a
          >
        </p>
      </div>`;
  }

  protected override render() {
    const { session, dialogs, prompt } = this.stores;
    if (!session.start) {
      if (session.failure) return html`<start-failure></start-failure>`;
      return html`<aside class="side"></aside><main><div class="body">${progress(strings.app.starting)}</div></main>`;
    }
    return html`<side-bar class="side" role="complementary" aria-label=${strings.app.sidebar}></side-bar>
      <main>
        <start-notices></start-notices>
        ${this.renderPage()}
        <tool-tip></tool-tip>
        ${toastSpace()}
      </main>
      <toast-stack></toast-stack>
      <route-announcer></route-announcer>
      <dialog-host></dialog-host>
      ${prompt.isOpen ? html`<one-time-prompt></one-time-prompt>` : nothing}
      ${dialogs.isConfirmingQuit ? html`<quit-dialog></quit-dialog>` : nothing}`;
  }
}
