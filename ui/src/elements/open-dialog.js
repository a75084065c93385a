/**
 * Renders the open dialog, at most one at a time. The one-time prompt and the quit dialog are rendered separately, above
 * it.
 */
import { html, nothing } from "lit";
import { strings } from "../strings.js";
import "./deletion-dialog.js";
import "./environment-dialog.js";
import "./keychain-removal-dialog.js";
import "./new-key-dialog.js";
import "./project-dialog.js";
import "./revocation-dialog.js";
import "./shortcuts-dialog.js";

/** @typedef {import("../types/Environment").Environment} Environment */
/** @typedef {import("../types/Project").Project} Project */
/** @typedef {import("../types/Key").Key} Key */
/** @typedef {import("../types/Notice").Notice} Notice */

/**
 * @typedef {{kind: "new-project"}
 *   | {kind: "rename-project", project: Project}
 *   | {kind: "delete-project", project: Project}
 *   | {kind: "new-environment", project: Project}
 *   | {kind: "edit-environment", project: Project, environment: Environment}
 *   | {kind: "delete-environment", environment: Environment}
 *   | {kind: "new-key", environment: Environment}
 *   | {kind: "revoke-key", key: Key, environment: Environment, after?: string[]}
 *   | {kind: "remove-from-keychain", key: Key}
 *   | {kind: "revoke-noticed", notice: Notice}
 *   | {kind: "shortcuts"}} Dialog
 */

/**
 * @param {import("../state/window-state.js").WindowState} state
 * @param {Dialog | null} dialog
 */
export function openDialog(state, dialog) {
  switch (dialog?.kind) {
    case "new-project":
      return html`<project-dialog .state=${state}></project-dialog>`;
    case "rename-project":
      return html`<project-dialog .state=${state} .project=${dialog.project}></project-dialog>`;
    case "delete-project":
      return html`<deletion-dialog .state=${state} .project=${dialog.project}></deletion-dialog>`;
    case "new-environment":
      return html`<environment-dialog .state=${state} .project=${dialog.project}></environment-dialog>`;
    case "edit-environment":
      return html`<environment-dialog
        .state=${state}
        .project=${dialog.project}
        .environment=${dialog.environment}
      ></environment-dialog>`;
    case "delete-environment":
      return html`<deletion-dialog .state=${state} .environment=${dialog.environment}></deletion-dialog>`;
    case "new-key":
      return html`<new-key-dialog .state=${state} .environment=${dialog.environment}></new-key-dialog>`;
    case "revoke-key": {
      const { key, environment } = dialog;
      const path = strings.general.environmentPath(environment.projectName, environment.name);
      return revocation(state, key.id, key.name, path, environment.stage === "production");
    }
    case "revoke-noticed": {
      const { keyId, name, projectName, environmentName, stage } = dialog.notice;
      const path = strings.general.environmentPath(projectName, environmentName);
      return revocation(state, keyId, name, path, stage === "production");
    }
    case "remove-from-keychain":
      return html`<keychain-removal-dialog .state=${state} .key=${dialog.key}></keychain-removal-dialog>`;
    case "shortcuts":
      return html`<shortcuts-dialog .state=${state}></shortcuts-dialog>`;
    default:
      return nothing;
  }
}

/**
 * @param {import("../state/window-state.js").WindowState} state
 * @param {string} keyId
 * @param {string} name
 * @param {string} path
 * @param {boolean} production
 */
function revocation(state, keyId, name, path, production) {
  const subject = { keyId, name, path, production };
  return html`<revocation-dialog .state=${state} .subject=${subject}></revocation-dialog>`;
}
