/** The boundary to Rust: one function per command. Every failure is a `CommandError`. */
import type { AppEvent } from "./types/AppEvent";
import type { BulkChange } from "./types/BulkChange";
import type { BulkPlan } from "./types/BulkPlan";
import type { BulkProgress } from "./types/BulkProgress";
import type { BulkResult } from "./types/BulkResult";
import type { BulkUndone } from "./types/BulkUndone";
import type { ClosedPrompt } from "./types/ClosedPrompt";
import type { CreatedProject } from "./types/CreatedProject";
import type { CreatedSample } from "./types/CreatedSample";
import type { Environment } from "./types/Environment";
import type { EnvironmentActivity } from "./types/EnvironmentActivity";
import type { EnvironmentDetail } from "./types/EnvironmentDetail";
import type { EnvironmentChanges } from "./types/EnvironmentChanges";
import type { EnvironmentInput } from "./types/EnvironmentInput";
import type { EnvironmentPreview } from "./types/EnvironmentPreview";
import type { FoundKey } from "./types/FoundKey";
import type { Gateway } from "./types/Gateway";
import type { GatewayChanges } from "./types/GatewayChanges";
import type { HttpServiceState } from "./types/HttpServiceState";
import type { Header } from "./types/Header";
import type { IdentifiedKey } from "./types/IdentifiedKey";
import type { Key } from "./types/Key";
import type { KeyChanges } from "./types/KeyChanges";
import type { KeyCheck } from "./types/KeyCheck";
import type { KeyEvent } from "./types/KeyEvent";
import type { KeyInput } from "./types/KeyInput";
import type { KeyPage } from "./types/KeyPage";
import type { KeyQuery } from "./types/KeyQuery";
import type { KeySecret } from "./types/KeySecret";
import type { KeySelection } from "./types/KeySelection";
import type { KeychainStatus } from "./types/KeychainStatus";
import type { LinkedPlace } from "./types/LinkedPlace";
import type { Notice } from "./types/Notice";
import type { Location } from "./types/Location";
import type { PlaygroundKey } from "./types/PlaygroundKey";
import type { PlaygroundResponse } from "./types/PlaygroundResponse";
import type { Project } from "./types/Project";
import type { Prompt } from "./types/Prompt";
import type { Proxy } from "./types/Proxy";
import type { RequestKey } from "./types/RequestKey";
import type { RequestPage } from "./types/RequestPage";
import type { RequestQuery } from "./types/RequestQuery";
import type { RevokeReason } from "./types/RevokeReason";
import type { RouteRule } from "./types/RouteRule";
import type { RouteTest } from "./types/RouteTest";
import type { Settings } from "./types/Settings";
import type { SettingsChanges } from "./types/SettingsChanges";
import type { Stage } from "./types/Stage";
import type { Start } from "./types/Start";
import type { Trial } from "./types/Trial";

export interface NewKey {
  environmentId: string;
  key: KeyInput;
  /** The same for every attempt to submit one form, so that a repeated submit creates one key. */
  idempotencyKey: string;
}

export interface KeyRotation {
  keyId: string;
  /** How long the old secret works after the new one was copied: at most 90 days. */
  overlapSeconds: number;
  /** Its name, which Rust requires in production. */
  confirmation: string | null;
  /** The same for every attempt to submit one form, so that a repeated submit issues one secret. */
  idempotencyKey: string;
}

export interface PlaygroundRequest {
  environmentId: string;
  method: string;
  path: string;
  /** Besides Host, the key, and Content-Type. */
  headers: Header[];
  body: string | null;
  key: PlaygroundKey;
  /** Whether a request that changes something in production was confirmed. */
  confirmed: boolean;
}

export interface Host {
  /** `lastProject` is the project to open if it still exists. */
  start(fields: { lastProject: string | null }): Promise<Start>;
  /** Subscribes to events for as long as the window is open. */
  subscribe(receive: (event: AppEvent) => void): Promise<null>;
  /** Takes the last link that another program opened; null if there is none. Fails if its place does not exist. */
  takeLink(): Promise<LinkedPlace | null>;

  createProject(fields: { name: string; environment: EnvironmentInput | null }): Promise<CreatedProject>;
  createSample(): Promise<CreatedSample>;
  listProjects(): Promise<Project[]>;
  renameProject(fields: { projectId: string; name: string }): Promise<Project>;
  deleteProject(fields: { projectId: string; confirmation: string | null }): Promise<null>;

  listEnvironments(fields: { projectId: string }): Promise<Environment[]>;
  previewEnvironment(fields: {
    name: string;
    stage: Stage | null;
    prefix: string | null;
    environmentId: string | null;
  }): Promise<EnvironmentPreview>;
  createEnvironment(fields: { projectId: string; environment: EnvironmentInput }): Promise<Environment>;
  editEnvironment(fields: { environmentId: string; changes: EnvironmentChanges }): Promise<Environment>;
  deleteEnvironment(fields: { environmentId: string; confirmation: string | null }): Promise<null>;
  /** Returns the requests since a time, by hour, and the keys that were not used for 30 days. */
  environmentActivity(fields: { environmentId: string; since: number }): Promise<EnvironmentActivity>;
  copyEnvironmentDetail(fields: { environmentId: string; detail: EnvironmentDetail }): Promise<null>;

  /** Returns at most 20 keys of all projects whose name or id contains the text. */
  searchKeys(fields: { text: string }): Promise<FoundKey[]>;
  /** Returns the key whose id is in a pasted text. Rust wipes the text. */
  identifyText(fields: { text: string }): Promise<IdentifiedKey | null>;

  listKeys(fields: { environmentId: string; query: KeyQuery }): Promise<KeyPage>;
  /** Returns keys of any environment, without those that do not exist anymore. */
  findKeys(fields: { keyIds: string[] }): Promise<Key[]>;
  /** Returns the index of a key in a list without pages; null if the list does not contain it. */
  keyPosition(fields: { environmentId: string; query: KeyQuery; keyId: string }): Promise<number | null>;
  /** Copies the prefix and the id of a key. */
  copyKeyId(fields: { keyId: string }): Promise<null>;
  editKey(fields: { keyId: string; changes: KeyChanges }): Promise<Key>;
  /** Returns what happened to a key, newest first. */
  keyHistory(fields: { keyId: string }): Promise<KeyEvent[]>;
  /** A note without a reason is not stored. */
  revokeKey(fields: {
    keyId: string;
    confirmation: string | null;
    reason: RevokeReason | null;
    note: string | null;
  }): Promise<Key>;
  /** A pause of null disables the key until it is enabled. */
  disableKey(fields: { keyId: string; pauseSeconds: number | null }): Promise<Key>;
  enableKey(fields: { keyId: string }): Promise<Key>;
  /** Returns what a change of many keys would do. Changes nothing. */
  planBulkChange(fields: { environmentId: string; selection: KeySelection; change: BulkChange }): Promise<BulkPlan>;
  /**
   * Makes a planned change, of all its keys or of none. A plan is used once. Fails with `canceled` after
   * `cancelBulkChange`.
   */
  applyBulkChange(
    fields: { planId: string; confirmation: string | null },
    onProgress: (progress: BulkProgress) => void,
  ): Promise<BulkResult>;
  cancelBulkChange(fields: { planId: string }): Promise<null>;
  undoBulkChange(fields: { undoId: string }): Promise<BulkUndone>;
  /** Issues a new secret for a key, which keeps its ID. The one-time prompt follows. */
  rotateKey(fields: KeyRotation): Promise<Prompt>;
  /** Fails with `no_old_secret` if no old secret works. */
  endOldSecret(fields: { keyId: string }): Promise<Key>;
  /** Returns the secrets of a key that work, the current one first. */
  keySecrets(fields: { keyId: string }): Promise<KeySecret[]>;
  copyFromKeychain(fields: { keyId: string }): Promise<null>;
  removeFromKeychain(fields: { keyId: string }): Promise<null>;

  issueKey(fields: NewKey): Promise<Prompt>;
  /** `plain` requests the key too, after a reload. */
  revealKey(fields: { ticket: string; plain: boolean }): Promise<Prompt>;
  copyKey(fields: { ticket: string }): Promise<Prompt>;
  saveKey(fields: { ticket: string }): Promise<Prompt>;
  discardKey(fields: { ticket: string }): Promise<null>;
  closePrompt(fields: { ticket: string }): Promise<ClosedPrompt>;
  /** Sends one read and one write request with a copied key. */
  checkKey(fields: { ticket: string }): Promise<KeyCheck>;

  listNotices(): Promise<Notice[]>;
  acknowledgeNotice(fields: { keyId: string }): Promise<null>;

  /** Copies text that is not a key, such as a code sample: at most 1 MiB. */
  copyText(fields: { text: string }): Promise<null>;
  /** Copies a curl command that prompts for the key. */
  copyCurl(fields: { environmentId: string }): Promise<null>;
  clearClipboard(): Promise<null>;
  keychainStatus(): Promise<KeychainStatus>;
  changeSettings(fields: { changes: SettingsChanges }): Promise<Settings>;
  /** Returns whether the system starts Keystile at login. */
  startsAtLogin(): Promise<boolean>;
  /** Returns the system's state after the change. */
  setStartAtLogin(fields: { on: boolean }): Promise<boolean>;
  /** Opens a folder in the file manager, or the log in the program for text files. */
  openLocation(fields: { location: Location }): Promise<null>;
  /** Copies the path of a folder or of the log. */
  copyLocation(fields: { location: Location }): Promise<null>;
  /** `uncleared` quits even if the clipboard cannot be cleared. */
  quit(fields: { confirmed: boolean; uncleared: boolean }): Promise<null>;

  showGateway(fields: { environmentId: string }): Promise<Gateway>;
  /** A `port` of null keeps the current port or picks a free one. The result has a conflict if the port is in use. */
  startGateway(fields: { environmentId: string; port: number | null }): Promise<Gateway>;
  /** Stops the gateway and removes the offer to restart it. */
  stopGateway(fields: { environmentId: string }): Promise<Gateway>;
  /** Applies immediately, also while the gateway runs. */
  editGateway(fields: { environmentId: string; changes: GatewayChanges }): Promise<Gateway>;
  /** Returns the access that a request needs under the given rules, stored or not. */
  testRoute(fields: { rules: RouteRule[]; method: string; path: string }): Promise<RouteTest>;
  /** Returns a page of the request log, newest first. */
  listRequests(fields: { environmentId: string; query: RequestQuery }): Promise<RequestPage>;
  /** Returns the keys in the request log, sorted by name. */
  listRequestKeys(fields: { environmentId: string }): Promise<RequestKey[]>;
  proxySnippet(fields: { environmentId: string; proxy: Proxy }): Promise<string>;
  copySnippet(fields: { environmentId: string; proxy: Proxy }): Promise<null>;

  /** A `port` of null keeps the current port. The result has a conflict if the port is in use. */
  startHttpService(fields: { port: number | null }): Promise<HttpServiceState>;
  /** Stops the service and removes the offer to restart it. */
  stopHttpService(): Promise<HttpServiceState>;

  /** Fails with `production_unconfirmed` if the request needs a confirmation. */
  sendRequest(fields: PlaygroundRequest): Promise<PlaygroundResponse>;
  /** Closes the prompt of a copied key; Rust keeps the key for the Playground. */
  tryKey(fields: { ticket: string }): Promise<Trial>;
  endTrial(): Promise<null>;
}
