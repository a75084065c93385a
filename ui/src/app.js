/**
 * Starts the window: chooses the host, follows the address, and turns the events of the elements into navigation
 * and dialogs. Renders the frame of the window only.
 */
import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import * as tauri from "./host.js";
import { LightElement } from "./elements/light-element.js";
import "./elements/one-time-prompt.js";
import "./elements/quit-dialog.js";
import "./elements/side-bar.js";
import "./elements/start-notices.js";
import "./elements/toast-stack.js";
import "./screens/environment.js";
import "./screens/environments.js";
import "./screens/first-run.js";
import "./screens/settings.js";
import "./screens/start-failure.js";
import { openDialog } from "./elements/open-dialog.js";
import { failureBlock } from "./elements/field.js";
import { keepFocus } from "./elements/keep-focus.js";
import { isSameKeyLocation } from "./state/key-locations.js";
import { environmentsPlace, keysPlace, playgroundPlace, readPlace, writePlace } from "./state/place.js";
import { shortcutFor } from "./state/shortcuts.js";
import { WindowState } from "./state/window-state.js";
import { toHostError } from "./host-error.js";
import { applyTheme, lastProject, rememberProject, rememberedTheme } from "./remembered.js";
import { strings } from "./strings.js";

/** @typedef {import("./types/Environment").Environment} Environment */
/** @typedef {import("./types/Project").Project} Project */
/** @typedef {import("./types/Key").Key} Key */
/** @typedef {import("./types/Notice").Notice} Notice */

class KeystileApp extends LightElement {
  static properties = { dialog: { state: true }, isConfirmingQuit: { state: true } };

  constructor() {
    super();
    /** @type {import("./elements/open-dialog.js").Dialog | null} the open dialog */
    this.dialog = null;
    this.isConfirmingQuit = false;
    this.drawnFirst = false;
    this.listeningLater = false;
    this.shownPlace = "";
    const on = (/** @type {string} */ name, /** @type {(detail: any) => void} */ handle) =>
      this.addEventListener(name, (event) => handle(/** @type {CustomEvent} */ (event).detail));
    on("open-dialog", (dialog) => (this.dialog = dialog));
    on("keychain-removal-confirmed", (key) => void this.removeFromKeychain(key));
    on("dialog-closed", () => this.dialogClosed());
    on("retry-start", () => void this.begin());
    on("project-chosen", (id) => this.goTo(environmentsPlace(id)));
    on("project-created", ({ id }) => this.goTo(environmentsPlace(id)));
    on("project-renamed", (detail) => this.projectRenamed(detail));
    on("project-deleted", (project) => this.projectDeleted(project));
    on("environment-created", ({ projectId, id }) => this.goTo(keysPlace(projectId, id)));
    on("environment-edited", (detail) => this.environmentEdited(detail));
    on("environment-deleted", (environment) => this.environmentDeleted(environment));
    on("key-revoked", (key) => this.keyRevoked(key));
    on("key-discarded", ({ name }) => this.state.toasts.show(strings.toasts.discarded(name)));
    on("sample-created", (sample) => this.sampleCreated(sample));
    on("trial-started", (trial) => void this.trialStarted(trial));
    on("prompt-closed", (key) => void this.promptClosed(key));
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("hashchange", () => this.addressChanged());
    addEventListener("keydown", (event) => this.keyed(event));
    // By default the web view would navigate to a dropped file.
    for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
    this.state.addEventListener("confirm-quit", () => (this.isConfirmingQuit = true));
    this.state.place = readPlace(location.hash);
    this.state.projectId = lastProject();
    void this.begin();
  }

  async begin() {
    await this.state.start();
    if (this.state.started) await this.state.go(readPlace(location.hash));
  }

  addressChanged() {
    // Back and Forward have no effect while the prompt is open: closing it navigates to its key.
    if (this.state.prompt.open) {
      history.replaceState(null, "", writePlace(this.state.place));
      return;
    }
    const place = readPlace(location.hash);
    if (writePlace(place) !== writePlace(this.state.place)) void this.state.go(place);
  }

  /**
   * Goes to a place without waiting for the `hashchange` event.
   *
   * @param {string} fragment
   */
  goTo(fragment) {
    location.hash = fragment;
    return this.state.go(readPlace(fragment));
  }

  willUpdate() {
    const { state } = this;
    if (!state.started) return;
    applyTheme(state.settings.theme);
    // A place without a known project is replaced by the last open project.
    const { place, project } = state;
    const unknown = "projectId" in place && !state.library.project(place.projectId);
    if (project && (place.at === "start" || unknown)) {
      const target = environmentsPlace(project.id);
      history.replaceState(null, "", target);
      void Promise.resolve().then(() => state.go(readPlace(target)));
    }
    if (project) rememberProject(project.id);
  }

  updated() {
    const { state } = this;
    const place = location.hash;
    if (place !== this.shownPlace && this.drawnFirst) {
      this.shownPlace = place;
      this.find("main")?.scrollTo(0, 0);
    }
    if (!this.drawnFirst && (state.startFailure || (state.started && this.listDrawn))) {
      this.drawnFirst = true;
      this.shownPlace = place;
      this.listeningLater = true;
      requestAnimationFrame(() => requestAnimationFrame(() => void this.firstScreenDrawn()));
    } else if (this.drawnFirst && state.started && !state.watching && !this.listeningLater) {
      void state.listen(); // starting failed at first and has now succeeded
    }
  }

  /** Subscribes only now, because Rust treats the subscription as the signal that the first screen was drawn. */
  async firstScreenDrawn() {
    this.listeningLater = false;
    if (this.state.started) await this.state.listen();
    document.documentElement.dataset.ready = "true";
  }

  /** Whether the lists of the place were loaded, so that the first screen is complete. */
  get listDrawn() {
    const { place, library } = this.state;
    if (library.projects.length === 0 || place.at === "settings") return true;
    if (place.at === "start" || !library.project(place.projectId)) return false;
    if (library.failures.size > 0) return true;
    if (!library.environments.has(place.projectId)) return false;
    if (place.at !== "environment") return true;
    const { known, failures } = this.state.gateways;
    if (place.tab === "gateway") return known.has(place.environmentId) || failures.has(place.environmentId);
    return place.tab !== "keys" || library.keys.has(place.environmentId);
  }

  async dialogClosed() {
    const rows = this.dialog?.kind === "revoke-key" ? (this.dialog.after ?? []) : [];
    // The quit dialog is above any other dialog; closing it keeps the other one open.
    if (this.isConfirmingQuit) this.isConfirmingQuit = false;
    else this.dialog = null;
    await this.updateComplete;
    // The element that had the focus may be gone: then focus the nearest row or the heading.
    setTimeout(() => {
      if (!this.state.prompt.open) keepFocus(this, rows);
    });
  }

  /** @param {Key} key */
  async removeFromKeychain(key) {
    const { library, toasts, started } = this.state;
    try {
      await library.removeFromKeychain(key);
      const keychain = started?.keychainName ?? strings.general.theSystemKeychain;
      toasts.show(strings.toasts.removedFromKeychain(key.name, keychain));
    } catch (thrown) {
      toasts.fail(toHostError(thrown));
    }
  }

  /** @param {{project: Project, name: string}} detail */
  projectRenamed({ project, name }) {
    if (project.name === name) return;
    this.state.toasts.show(strings.toasts.renamed(name), {
      label: strings.general.undo,
      run: () => this.undo(() => this.state.library.renameProject(project.id, project.name)),
    }, project.id);
  }

  /** @param {Project} project */
  projectDeleted({ id, name }) {
    this.state.toasts.show(strings.toasts.deleted(name), null, id);
    this.goTo("#/");
  }

  /** @param {{before: Environment, after: Environment}} detail */
  environmentEdited({ before, after }) {
    const { name, stage, prefix, endpoint, keyLocation } = before;
    const isSame =
      name === after.name &&
      stage === after.stage &&
      prefix === after.prefix &&
      endpoint === after.endpoint &&
      isSameKeyLocation(keyLocation, after.keyLocation);
    if (isSame) return;
    this.state.toasts.show(strings.toasts.saved(after.name), {
      label: strings.general.undo,
      run: () =>
        this.undo(() => this.state.library.editEnvironment(after, { name, stage, prefix, endpoint, keyLocation })),
    }, after.id);
  }

  /** @param {Environment} environment */
  environmentDeleted({ id, name, projectId }) {
    this.state.toasts.show(strings.toasts.deleted(name), null, id);
    this.goTo(environmentsPlace(projectId));
  }

  /** @param {Key} key */
  keyRevoked({ id, name }) {
    const notice = this.state.notices.find(({ keyId }) => keyId === id);
    if (notice) void this.state.acknowledge(notice);
    this.state.toasts.show(strings.toasts.revoked(name), null, id);
  }

  /** @param {() => Promise<unknown>} back */
  async undo(back) {
    try {
      await back();
    } catch (thrown) {
      this.state.toasts.fail(toHostError(thrown));
    }
  }

  /** @param {import("./types/ClosedPrompt").ClosedPrompt} key */
  async promptClosed(key) {
    this.state.highlightedKey = key;
    await this.goTo(keysPlace(key.projectId, key.environmentId));
  }

  /** @param {Awaited<ReturnType<WindowState["createSample"]>>} sample */
  sampleCreated({ environment, prompt }) {
    void this.goTo(keysPlace(environment.projectId, environment.id));
    if (prompt) this.state.prompt.begin(prompt);
  }

  /** @param {import("./types/Trial").Trial} trial */
  async trialStarted(trial) {
    this.state.playground.setTrial(trial);
    await this.goTo(playgroundPlace(trial.projectId, trial.environmentId));
    await this.updateComplete;
    setTimeout(() => this.find("main [data-first]")?.focus());
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = target.matches?.("input:not([type=checkbox], [type=radio]), select, textarea, [role=textbox], [role=menu] *") ?? false;
    const shortcut = shortcutFor(event, { singleKeys: this.state.settings.singleKeys, typing });
    if (shortcut === "quit") {
      event.preventDefault();
      void this.state.requestQuit();
    } else if (shortcut && !document.querySelector("dialog[open]")) {
      const found = shortcut === "shortcuts" ? null : this.find(`main [data-shortcut=${shortcut}]`);
      if (shortcut === "shortcuts") this.dialog = { kind: "shortcuts" };
      else if (!found) return;
      event.preventDefault();
      if (shortcut === "search") found?.focus();
      else found?.click();
    }
  }

  screen() {
    const { state } = this;
    const { place, library, project } = state;
    if (place.at === "settings") return html`<settings-screen .state=${state}></settings-screen>`;
    if (!project) return html`<first-run .state=${state}></first-run>`;
    if (place.at === "environment") return this.environmentScreen(place, project);
    if (place.at !== "environments" || !library.project(place.projectId)) return nothing;
    return keyed(project.id, html`<environments-screen .state=${state} .project=${project}></environments-screen>`);
  }

  /**
   * @param {Extract<import("./state/place.js").Place, {at: "environment"}>} place
   * @param {Project} project
   */
  environmentScreen(place, project) {
    const { state } = this;
    const environment = state.library.environment(place.projectId, place.environmentId);
    if (environment) {
      return html`<environment-screen
        .state=${state}
        .project=${project}
        .environment=${environment}
        .tab=${place.tab}
      ></environment-screen>`;
    }
    const failure = state.library.failures.get(place.projectId);
    if (!failure && !state.library.environments.has(place.projectId)) {
      return html`<div class="body"><div class="progress" role="progressbar" aria-label=${strings.app.loadingEnvironments}></div></div>`;
    }
    return html`<header class="head"><div class="titlebar"><h1 tabindex="-1">${strings.app.notFoundTitle}</h1></div></header>
      <div class="body">
        ${failureBlock(failure ?? strings.app.notFound)}
        <p><a class="text-link" href=${environmentsPlace(place.projectId)}>${strings.app.allEnvironments(project.name)}</a></p>
      </div>`;
  }

  render() {
    const { state } = this;
    if (!state.started) {
      if (state.startFailure) return html`<start-failure .state=${state}></start-failure>`;
      return html`<aside class="side"></aside><main><div class="body"><div class="progress" role="progressbar" aria-label=${strings.app.starting}></div></div></main>`;
    }
    return html`<side-bar class="side" role="complementary" aria-label=${strings.app.sidebar} .state=${state}></side-bar>
      <main>
        <start-notices .state=${state}></start-notices>
        ${this.screen()}
      </main>
      <toast-stack .state=${state}></toast-stack>
      ${openDialog(state, this.dialog)} ${state.prompt.open ? html`<one-time-prompt .state=${state}></one-time-prompt>` : nothing}
      ${this.isConfirmingQuit ? html`<quit-dialog .state=${state}></quit-dialog>` : nothing}`;
  }
}

customElements.define("keystile-app", KeystileApp);

/** @returns {Promise<typeof tauri>} */
async function chosenHost() {
  const demo = new URLSearchParams(location.search).get("host") === "demo";
  if (import.meta.env.MODE !== "production" && demo) return /** @type {Promise<any>} */ (import("./demo/host.js"));
  return tauri;
}

applyTheme(rememberedTheme());
const app = /** @type {KeystileApp} */ (document.createElement("keystile-app"));
void chosenHost().then((host) => {
  app.state = new WindowState(host);
  document.body.replaceChildren(app); // replaces the placeholder of index.html
});
