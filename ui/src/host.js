/**
 * The only module that imports Tauri: one function per command. Every failure becomes a HostError. In development
 * `demo/host.js` replaces it.
 */
import { Channel, invoke } from "@tauri-apps/api/core";
import { toHostError } from "./host-error.js";

/** @typedef {import("./types/AppEvent").AppEvent} AppEvent */
/** @typedef {import("./types/Gateway").Gateway} Gateway */
/** @typedef {import("./types/RouteRule").RouteRule} RouteRule */
/** @typedef {import("./types/Settings").Settings} Settings */
/** @typedef {import("./types/Stage").Stage} Stage */
/** @typedef {import("./types/EnvironmentInput").EnvironmentInput} EnvironmentInput */

/**
 * @template T
 * @param {string} command
 * @param {Record<string, unknown>} [args]
 * @returns {Promise<T>}
 */
async function call(command, args) {
  try {
    return /** @type {T} */ (await invoke(command, args));
  } catch (thrown) {
    throw toHostError(thrown);
  }
}

/**
 * @param {{lastProject: string | null}} hint
 * @returns {Promise<import("./types/Start").Start>}
 */
export const start = (hint) => call("start", hint);

/**
 * Subscribes to changes for as long as the window is open.
 *
 * @param {(change: AppEvent) => void} changed
 * @returns {Promise<null>}
 */
export function watch(changed) {
  /** @type {Channel<AppEvent>} */
  const channel = new Channel();
  channel.onmessage = changed;
  return call("subscribe", { channel });
}

/**
 * @param {{name: string, environment: EnvironmentInput | null}} fields
 * @returns {Promise<import("./types/CreatedProject").CreatedProject>}
 */
export const createProject = (fields) => call("create_project", fields);

/** @returns {Promise<import("./types/Notice").Notice[]>} */
export const listNotices = () => call("list_notices");

/** @returns {Promise<import("./types/Project").Project[]>} */
export const listProjects = () => call("list_projects");

/**
 * @param {{projectId: string, name: string}} fields
 * @returns {Promise<import("./types/Project").Project>}
 */
export const renameProject = (fields) => call("rename_project", fields);

/**
 * @param {{projectId: string, confirmation: string | null}} fields
 * @returns {Promise<null>}
 */
export const deleteProject = (fields) => call("delete_project", fields);

/**
 * @param {{projectId: string}} fields
 * @returns {Promise<import("./types/Environment").Environment[]>}
 */
export const listEnvironments = (fields) => call("list_environments", fields);

/**
 * @param {{name: string, stage: Stage | null, prefix: string | null, environmentId: string | null}} fields
 * @returns {Promise<import("./types/EnvironmentPreview").EnvironmentPreview>}
 */
export const previewEnvironment = (fields) => call("preview_environment", fields);

/**
 * @param {{projectId: string, environment: EnvironmentInput}} fields
 * @returns {Promise<import("./types/Environment").Environment>}
 */
export const createEnvironment = (fields) => call("create_environment", fields);

/**
 * @param {{environmentId: string, environment: EnvironmentInput}} fields
 * @returns {Promise<import("./types/Environment").Environment>}
 */
export const editEnvironment = (fields) => call("edit_environment", fields);

/**
 * @param {{environmentId: string, confirmation: string | null}} fields
 * @returns {Promise<null>}
 */
export const deleteEnvironment = (fields) => call("delete_environment", fields);

/**
 * @param {{environmentId: string}} fields
 * @returns {Promise<import("./types/Key").Key[]>}
 */
export const listKeys = (fields) => call("list_keys", fields);

/**
 * @param {{environmentId: string, name: string, write: boolean, idempotencyKey: string}} fields
 * @returns {Promise<import("./types/Prompt").Prompt>}
 */
export const issueKey = (fields) => call("issue_key", fields);

/**
 * @param {{ticket: string, plain: boolean}} fields plain: with the key, after a reload
 * @returns {Promise<import("./types/Prompt").Prompt>}
 */
export const revealKey = (fields) => call("reveal_key", fields);

/**
 * @param {{ticket: string}} fields
 * @returns {Promise<import("./types/Prompt").Prompt>}
 */
export const copyKey = (fields) => call("copy_key", fields);

/**
 * @param {{ticket: string}} fields
 * @returns {Promise<import("./types/Prompt").Prompt>}
 */
export const saveKey = (fields) => call("save_key", fields);

/**
 * @param {{ticket: string}} fields
 * @returns {Promise<null>}
 */
export const discardKey = (fields) => call("discard_key", fields);

/**
 * @param {{ticket: string}} fields
 * @returns {Promise<import("./types/ClosedPrompt").ClosedPrompt>}
 */
export const closePrompt = (fields) => call("close_prompt", fields);

/**
 * @param {{keyId: string, confirmation: string | null}} fields
 * @returns {Promise<import("./types/Key").Key>}
 */
export const revokeKey = (fields) => call("revoke_key", fields);

/**
 * @param {{keyId: string}} fields
 * @returns {Promise<import("./types/Key").Key>}
 */
export const disableKey = (fields) => call("disable_key", fields);

/**
 * @param {{keyId: string}} fields
 * @returns {Promise<import("./types/Key").Key>}
 */
export const enableKey = (fields) => call("enable_key", fields);

/**
 * @param {{keyId: string}} fields
 * @returns {Promise<null>}
 */
export const copyFromKeychain = (fields) => call("copy_from_keychain", fields);

/**
 * @param {{keyId: string}} fields
 * @returns {Promise<null>}
 */
export const removeFromKeychain = (fields) => call("remove_from_keychain", fields);

/**
 * @param {{keyId: string}} fields
 * @returns {Promise<null>}
 */
export const acknowledgeNotice = (fields) => call("acknowledge_notice", fields);

/** @returns {Promise<null>} */
export const clearClipboard = () => call("clear_clipboard");

/**
 * @param {{settings: Settings}} fields
 * @returns {Promise<Settings>}
 */
export const changeSettings = (fields) => call("change_settings", fields);

/** @returns {Promise<import("./types/KeychainStatus").KeychainStatus>} */
export const keychainStatus = () => call("keychain_status");

/**
 * @param {{confirmed: boolean, uncleared: boolean}} fields uncleared: quit even if the clipboard cannot be cleared
 * @returns {Promise<null>}
 */
export const quit = (fields) => call("quit", fields);

/**
 * @param {{environmentId: string}} fields
 * @returns {Promise<Gateway>}
 */
export const showGateway = (fields) => call("show_gateway", fields);

/**
 * @param {{environmentId: string, port: number | null}} fields port: the new port; null keeps the current one or picks a free one
 * @returns {Promise<Gateway>} not running, with its conflict, if the port is in use
 */
export const startGateway = (fields) => call("start_gateway", fields);

/**
 * Stops the gateway and removes the offer to restart it.
 *
 * @param {{environmentId: string}} fields
 * @returns {Promise<Gateway>}
 */
export const stopGateway = (fields) => call("stop_gateway", fields);

/**
 * Applies immediately, also while the gateway runs.
 *
 * @param {{environmentId: string, preserveHost: boolean, allowPreflight: boolean, sample: boolean, rules: RouteRule[]}} fields
 * @returns {Promise<Gateway>}
 */
export const editGateway = (fields) => call("edit_gateway", fields);

/**
 * Returns the access that a request would need under the given rules, stored or not.
 *
 * @param {{rules: RouteRule[], method: string, path: string}} fields
 * @returns {Promise<import("./types/RouteTest").RouteTest>}
 */
export const testRoute = (fields) => call("test_route", fields);

/**
 * Returns the last 200 decisions, newest first.
 *
 * @param {{environmentId: string}} fields
 * @returns {Promise<import("./types/Decision").Decision[]>}
 */
export const listDecisions = (fields) => call("list_decisions", fields);

/**
 * @param {{environmentId: string, proxy: import("./types/Proxy").Proxy}} fields
 * @returns {Promise<string>}
 */
export const proxySnippet = (fields) => call("proxy_snippet", fields);

/**
 * @param {{environmentId: string, proxy: import("./types/Proxy").Proxy}} fields
 * @returns {Promise<null>}
 */
export const copySnippet = (fields) => call("copy_snippet", fields);

/**
 * Copies a curl command that prompts for the key.
 *
 * @param {{environmentId: string}} fields
 * @returns {Promise<null>}
 */
export const copyCurl = (fields) => call("copy_curl", fields);

/**
 * @param {{environmentId: string, method: string, path: string, body: string | null, key: import("./types/PlaygroundKey").PlaygroundKey, confirmed: boolean}} fields
 * @returns {Promise<import("./types/PlaygroundResponse").PlaygroundResponse>} fails with `production_unconfirmed` if confirmation is needed
 */
export const sendRequest = (fields) => call("send_request", fields);

/**
 * @param {{ticket: string}} fields
 * @returns {Promise<import("./types/KeyCheck").KeyCheck>}
 */
export const checkKey = (fields) => call("check_key", fields);

/**
 * Closes the prompt of a copied key; Rust keeps the key for the Playground.
 *
 * @param {{ticket: string}} fields
 * @returns {Promise<import("./types/Trial").Trial>}
 */
export const tryKey = (fields) => call("try_key", fields);

/** @returns {Promise<null>} */
export const endTrial = () => call("end_trial");

/** @returns {Promise<import("./types/CreatedSample").CreatedSample>} */
export const createSample = () => call("create_sample");
