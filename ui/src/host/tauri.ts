/** The only module that imports Tauri. In development, the demo host can replace it. */
import { Channel, invoke } from "@tauri-apps/api/core";
import { toCommandError } from "./command-error";
import type { Host } from "./host";
import type { AppEvent } from "./types/AppEvent";
import type { BulkProgress } from "./types/BulkProgress";

async function call<T>(command: string, fields: object = {}): Promise<T> {
  try {
    return await invoke<T>(command, { ...fields });
  } catch (error) {
    throw toCommandError(error);
  }
}

export const tauriHost: Host = {
  start: (fields) => call("start", fields),
  subscribe: (receive) => call("subscribe", { channel: new Channel<AppEvent>(receive) }),
  takeLink: () => call("take_link"),

  createProject: (fields) => call("create_project", fields),
  createSample: () => call("create_sample"),
  listProjects: () => call("list_projects"),
  renameProject: (fields) => call("rename_project", fields),
  deleteProject: (fields) => call("delete_project", fields),

  listEnvironments: (fields) => call("list_environments", fields),
  previewEnvironment: (fields) => call("preview_environment", fields),
  createEnvironment: (fields) => call("create_environment", fields),
  editEnvironment: (fields) => call("edit_environment", fields),
  deleteEnvironment: (fields) => call("delete_environment", fields),
  environmentActivity: (fields) => call("environment_activity", fields),
  copyEnvironmentDetail: (fields) => call("copy_environment_detail", fields),

  searchKeys: (fields) => call("search_keys", fields),
  identifyText: (fields) => call("identify_text", fields),

  listKeys: (fields) => call("list_keys", fields),
  findKeys: (fields) => call("find_keys", fields),
  keyPosition: (fields) => call("key_position", fields),
  copyKeyId: (fields) => call("copy_key_id", fields),
  editKey: (fields) => call("edit_key", fields),
  keyHistory: (fields) => call("key_history", fields),
  revokeKey: (fields) => call("revoke_key", fields),
  disableKey: (fields) => call("disable_key", fields),
  enableKey: (fields) => call("enable_key", fields),
  planBulkChange: (fields) => call("plan_bulk_change", fields),
  applyBulkChange: (fields, onProgress) =>
    call("apply_bulk_change", { ...fields, progress: new Channel<BulkProgress>(onProgress) }),
  cancelBulkChange: (fields) => call("cancel_bulk_change", fields),
  undoBulkChange: (fields) => call("undo_bulk_change", fields),
  rotateKey: (fields) => call("rotate_key", fields),
  endOldSecret: (fields) => call("end_old_secret", fields),
  keySecrets: (fields) => call("key_secrets", fields),
  copyFromKeychain: (fields) => call("copy_from_keychain", fields),
  removeFromKeychain: (fields) => call("remove_from_keychain", fields),

  issueKey: (fields) => call("issue_key", fields),
  revealKey: (fields) => call("reveal_key", fields),
  copyKey: (fields) => call("copy_key", fields),
  saveKey: (fields) => call("save_key", fields),
  discardKey: (fields) => call("discard_key", fields),
  closePrompt: (fields) => call("close_prompt", fields),
  checkKey: (fields) => call("check_key", fields),

  listNotices: () => call("list_notices"),
  acknowledgeNotice: (fields) => call("acknowledge_notice", fields),

  copyText: (fields) => call("copy_text", fields),
  copyCurl: (fields) => call("copy_curl", fields),
  clearClipboard: () => call("clear_clipboard"),
  keychainStatus: () => call("keychain_status"),
  changeSettings: (fields) => call("change_settings", fields),
  startsAtLogin: () => call("starts_at_login"),
  setStartAtLogin: (fields) => call("set_start_at_login", fields),
  openLocation: (fields) => call("open_location", fields),
  copyLocation: (fields) => call("copy_location", fields),
  quit: (fields) => call("quit", fields),

  showGateway: (fields) => call("show_gateway", fields),
  startGateway: (fields) => call("start_gateway", fields),
  stopGateway: (fields) => call("stop_gateway", fields),
  editGateway: (fields) => call("edit_gateway", fields),
  testRoute: (fields) => call("test_route", fields),
  listRequests: (fields) => call("list_requests", fields),
  listRequestKeys: (fields) => call("list_request_keys", fields),
  proxySnippet: (fields) => call("proxy_snippet", fields),
  copySnippet: (fields) => call("copy_snippet", fields),

  startHttpService: (fields) => call("start_http_service", fields),
  stopHttpService: () => call("stop_http_service"),

  sendRequest: (fields) => call("send_request", fields),
  tryKey: (fields) => call("try_key", fields),
  endTrial: () => call("end_trial"),
};
