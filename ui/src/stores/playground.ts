import { type CommandError, toCommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Header } from "../host/types/Header";
import type { Key } from "../host/types/Key";
import type { PlaygroundKey } from "../host/types/PlaygroundKey";
import type { PlaygroundResponse } from "../host/types/PlaygroundResponse";
import type { Trial } from "../host/types/Trial";
import { mergeParameters, type Pair, type Parameter, parseParameters, withParameters } from "../lib/query";
import { Store } from "../lib/store";
import { requestPath } from "../lib/url";
import { strings } from "../strings";

export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const METHODS_WITH_BODY: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

/** What a request says besides its key. */
export interface RequestText {
  method: string;
  /** With the query. */
  path: string;
  body: string;
  /** The headers besides those that are always sent. */
  headers: readonly Header[];
}

/** A request as typed. */
export interface Draft extends RequestText {
  /** The query of the path, and the parameters that are not sent. */
  parameters: readonly Parameter[];
  /** The rows of `headers`, and those that are not sent. */
  headerRows: readonly Pair[];
}

/** An entry of the list of keys. */
export type Choice = "none" | "trial" | "pasted" | `keychain:${string}`;

/** A request that was sent, with its response. */
export interface Exchange extends RequestText {
  id: number;
  environmentId: string;
  /** When it was sent. */
  at: number;
  response: PlaygroundResponse;
}

/** What the Playground knows about an environment from other stores. */
export interface EnvironmentFacts {
  keys: Key[];
  /** Whether the sample API is its upstream. */
  isSample: boolean;
  /** The URL of the gateway, without a path; empty before its first start. */
  gatewayUrl: string;
}

/** The number of exchanges kept. */
export const MAX_HISTORY = 20;

/** A request to send. */
interface Request {
  method: string;
  path: string;
  headers: Header[];
  body: string | null;
  key: PlaygroundKey;
}

/** A request that a read-only key may send, and one that it may not. */
export const PRESETS: readonly RequestText[] = [
  { method: "GET", path: "/products", body: "", headers: [] },
  { method: "POST", path: "/products", body: '{"name": "Lamp"}', headers: [] },
];

const KEYCHAIN_PREFIX = "keychain:";

/** Returns the id of a key that is chosen from the keychain. */
export const chosenKeyId = (choice: Choice): string | null =>
  choice.startsWith(KEYCHAIN_PREFIX) ? choice.slice(KEYCHAIN_PREFIX.length) : null;

export const allowsBody = (method: string): boolean => METHODS_WITH_BODY.has(method);

/**
 * Returns the keys that can be sent: none, the trial key, those in the keychain, a pasted one. The chosen key stays
 * listed after it was removed from the keychain, because another key must not be sent instead.
 */
export function keyOptions(keys: Key[], chosen: Choice, trial: Trial | null): { choice: Choice; label: string }[] {
  const saved = keys
    .map((key) => ({ key, choice: `${KEYCHAIN_PREFIX}${key.id}` as const }))
    .filter(({ key, choice }) => key.keychain || choice === chosen)
    .map(({ key, choice }) => ({ choice, label: keyLabel(key) }));
  return [
    { choice: "none", label: strings.general.noKey },
    ...(trial ? [{ choice: "trial" as const, label: strings.keys.justCreated(trial.name) }] : []),
    ...saved,
    { choice: "pasted", label: strings.keys.paste },
  ];
}

const keyLabel = ({ name, state }: Key): string =>
  state === "active" ? name : strings.keys.inState(name, strings.keys.states[state]);

/**
 * The Playground of the environment whose page is open. The trial key, the shown response, and the history belong to
 * the environment; a pasted key and a confirmation for production are dropped when the tab is left.
 */
export class Playground extends Store {
  /** The environment whose page is open. */
  environmentId: string | null = null;
  pastedKey = "";
  isSending = false;
  /** Whether the user stopped waiting for the last request. */
  isCanceled = false;
  result: Exchange | null = null;
  error: CommandError | null = null;
  /** A request that would change something in production and was not sent yet. */
  pendingConfirmation: Request | null = null;

  private readonly host: Pick<Host, "sendRequest" | "endTrial">;
  private readonly factsOf: (environmentId: string) => EnvironmentFacts;
  private readonly drafts = new Map<string, Draft>();
  /** Of all environments, newest first. */
  private exchanges: Exchange[] = [];
  /** The key that Rust keeps, perhaps for another environment. */
  private trial: Trial | null = null;
  /** The key that the user chose; null: the one that suits best. */
  private chosen: Choice | null = null;
  /** Increases with every request and every canceled one, so that a late response is dropped. */
  private attempt = 0;
  /** Whether requests that change something in production were confirmed during this visit. */
  private isConfirmed = false;
  private isTabOpen = false;

  constructor(host: Pick<Host, "sendRequest" | "endTrial">, factsOf: (environmentId: string) => EnvironmentFacts) {
    super();
    this.host = host;
    this.factsOf = factsOf;
  }

  get draft(): Draft {
    const known = this.drafts.get(this.environmentId ?? "");
    const path = this.facts.isSample ? "/products" : "/";
    return known ?? { method: "GET", path, body: "", headers: [], parameters: [], headerRows: [] };
  }

  /** The trial key, if it belongs to the open page. */
  get trialKey(): Trial | null {
    return this.trial && this.trial.environmentId === this.environmentId ? this.trial : null;
  }

  /** The chosen key. Unless the user chose one: the trial key, the newest active one in the keychain, or none. */
  get key(): Choice {
    if (this.chosen) return this.chosen;
    if (this.trialKey) return "trial";
    const saved = this.facts.keys.filter(({ keychain, state }) => keychain && state === "active");
    const newest = saved.toSorted((a, b) => b.createdAt - a.createdAt)[0];
    return newest ? `${KEYCHAIN_PREFIX}${newest.id}` : "none";
  }

  /** The exchanges with the environment whose page is open, newest first. */
  get history(): Exchange[] {
    return this.exchanges.filter(({ environmentId }) => environmentId === this.environmentId);
  }

  /** Opens the page of an environment, or none; drops the state of the previous one. */
  enter(environmentId: string | null, isTabOpen: boolean): void {
    if (this.trial && this.trial.environmentId !== environmentId) {
      this.trial = null;
      // An error needs no message: the trial ends with the process at the latest.
      void this.host.endTrial().catch(() => null);
    }
    if (this.environmentId !== environmentId) {
      this.environmentId = environmentId;
      this.reset();
    }
    if (this.isTabOpen && !isTabOpen) this.leaveTab();
    this.isTabOpen = isTabOpen;
    this.changed();
  }

  /** Sets the trial key: one from its prompt, or one that Rust still keeps after a reload. */
  setTrial(trial: Trial | null): void {
    this.trial = trial;
    if (this.trialKey) this.chosen = "trial";
    this.changed();
  }

  /** Changes the draft. Its parameters follow the path. */
  updateDraft(part: Partial<RequestText>): void {
    const { draft } = this;
    const { path = draft.path } = part;
    const parameters = path === draft.path ? draft.parameters : mergeParameters(draft.parameters, path);
    this.setDraft({ ...draft, ...part, parameters });
  }

  /** Changes the parameters. The path of the draft follows them. */
  setParameters(parameters: readonly Parameter[]): void {
    const { draft } = this;
    this.setDraft({ ...draft, parameters, path: withParameters(draft.path, parameters) });
  }

  /** Changes the rows of the headers. The headers that are sent follow them. */
  setHeaderRows(headerRows: readonly Pair[]): void {
    const sent = headerRows.filter(({ name, isEnabled }) => isEnabled && name.trim() !== "");
    const headers = sent.map(({ name, value }) => ({ name: name.trim(), value: value.trim() }));
    this.setDraft({ ...this.draft, headerRows, headers });
  }

  selectKey(choice: Choice): void {
    this.cancelConfirmation();
    this.chosen = choice;
    if (choice !== "pasted") this.pastedKey = "";
    this.error = null;
    this.changed();
  }

  setPastedKey(text: string): void {
    this.cancelConfirmation();
    this.pastedKey = text;
    this.error = null;
    this.changed();
  }

  async send(): Promise<void> {
    if (this.isSending || this.pendingConfirmation) return;
    const { method, body } = this.draft;
    const path = requestPath(this.draft.path, this.facts.gatewayUrl);
    if (path !== this.draft.path) this.updateDraft({ path });
    const sentBody = allowsBody(method) && body !== "" ? body : null;
    await this.execute({ method, path, headers: [...this.draft.headers], body: sentBody, key: this.selectedKey });
  }

  /** Sends a preset with the selected key; it becomes the draft. */
  async sendPreset(preset: RequestText): Promise<void> {
    if (this.isSending) return;
    this.replaceDraft(preset);
    await this.send();
  }

  /** Stops waiting for the response. Rust cannot take the request back. */
  cancel(): void {
    if (!this.isSending) return;
    this.attempt += 1;
    this.isSending = false;
    this.isCanceled = true;
    this.result = null; // an older response must not look like the answer
    this.changed();
  }

  /** Shows an earlier exchange; its request becomes the draft. */
  restore(exchange: Exchange): void {
    if (this.isSending) return;
    this.replaceDraft(exchange);
    this.result = exchange;
    this.isCanceled = false;
    this.changed();
  }

  /** Confirms the pending request and all others until the tab is left. */
  async confirm(): Promise<void> {
    const request = this.pendingConfirmation;
    if (!request || this.isSending) return;
    this.isConfirmed = true;
    this.pendingConfirmation = null;
    await this.execute(request);
  }

  /** Nothing was sent, so a pasted key is restored. */
  cancelConfirmation(): void {
    if (!this.pendingConfirmation) return;
    this.restorePastedKey(this.pendingConfirmation);
    this.pendingConfirmation = null;
    this.changed();
  }

  /** Drops the draft and the history of a deleted environment. */
  forget(environmentId: string): void {
    this.drafts.delete(environmentId);
    this.exchanges = this.exchanges.filter((exchange) => exchange.environmentId !== environmentId);
  }

  private replaceDraft({ method, path, body, headers }: RequestText): void {
    const headerRows = headers.map((header) => ({ ...header, isEnabled: true }));
    this.setDraft({ method, path, body, headers, headerRows, parameters: parseParameters(path) });
  }

  private setDraft(draft: Draft): void {
    if (this.environmentId === null) return;
    this.cancelConfirmation();
    this.drafts.set(this.environmentId, draft);
    this.error = null;
    this.changed();
  }

  private get facts(): EnvironmentFacts {
    return this.factsOf(this.environmentId ?? "");
  }

  private get selectedKey(): PlaygroundKey {
    const { key } = this;
    if (key === "none" || key === "trial") return { source: key };
    if (key === "pasted") return { source: "pasted", text: this.pastedKey };
    return { source: "keychain", keyId: key.slice(KEYCHAIN_PREFIX.length) };
  }

  private async execute(request: Request): Promise<void> {
    const { environmentId, isConfirmed } = this;
    if (environmentId === null) return;
    this.attempt += 1;
    const { attempt } = this;
    const at = Date.now();
    this.pastedKey = "";
    this.isSending = true;
    this.isCanceled = false;
    this.error = null;
    this.changed();
    try {
      const response = await this.host.sendRequest({ environmentId, ...request, confirmed: isConfirmed });
      if (attempt !== this.attempt) return;
      const { method, path, headers, body } = request;
      this.result = { id: attempt, environmentId, at, method, path, headers, body: body ?? "", response };
      this.exchanges = [this.result, ...this.exchanges].slice(0, MAX_HISTORY);
    } catch (error) {
      if (attempt !== this.attempt) return;
      this.onError(request, toCommandError(error));
    }
    this.isSending = false;
    this.changed();
  }

  private onError(request: Request, error: CommandError): void {
    if (error.code === "production_unconfirmed") {
      this.pendingConfirmation = request;
      return;
    }
    this.error = error;
    if (error.field) this.restorePastedKey(request); // invalid input: nothing was sent
    else this.result = null;
  }

  private restorePastedKey({ key }: Request): void {
    if (key.source === "pasted" && this.key === "pasted" && this.pastedKey === "") this.pastedKey = key.text;
  }

  private leaveTab(): void {
    if (this.chosen === "pasted") this.chosen = null;
    this.pastedKey = "";
    this.pendingConfirmation = null;
    this.isConfirmed = false;
  }

  private reset(): void {
    this.leaveTab();
    this.attempt += 1;
    this.chosen = this.trialKey ? "trial" : null;
    this.isSending = false;
    this.isCanceled = false;
    this.result = null;
    this.error = null;
  }
}
