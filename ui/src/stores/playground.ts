import { type CommandError, toCommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { Key } from "../host/types/Key";
import type { PlaygroundKey } from "../host/types/PlaygroundKey";
import type { PlaygroundResponse } from "../host/types/PlaygroundResponse";
import type { Trial } from "../host/types/Trial";
import { Store } from "../lib/store";
import { strings } from "../strings";

export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const METHODS_WITH_BODY: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

/** A request as typed. */
export interface Draft {
  method: string;
  path: string;
  body: string;
}

/** An entry of the list of keys. */
export type Choice = "none" | "trial" | "pasted" | `keychain:${string}`;

/** A request to send. */
interface Request {
  method: string;
  path: string;
  body: string | null;
  key: PlaygroundKey;
}

/** A request that a read-only key may send, and one that it may not. */
export const PRESETS: readonly Draft[] = [
  { method: "GET", path: "/products", body: "" },
  { method: "POST", path: "/products", body: '{"name": "Lamp"}' },
];

const KEYCHAIN_PREFIX = "keychain:";

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
    ...(trial ? [{ choice: "trial" as const, label: strings.playground.justCreated(trial.name) }] : []),
    ...saved,
    { choice: "pasted", label: strings.playground.pasteKey },
  ];
}

const keyLabel = ({ name, state }: Key): string =>
  state === "active" ? name : strings.playground.keyInState(name, strings.keys.states[state]);

/**
 * The Playground of the environment whose tab is open. A pasted key, the trial key, the response, and a confirmation
 * for production are dropped when the tab is left; only the draft is kept.
 */
export class Playground extends Store {
  /** The environment whose tab is open. */
  environmentId: string | null = null;
  key: Choice = "none";
  pastedKey = "";
  isSending = false;
  result: { method: string; path: string; response: PlaygroundResponse } | null = null;
  error: CommandError | null = null;
  /** A request that would change something in production and was not sent yet. */
  pendingConfirmation: Request | null = null;

  private readonly host: Pick<Host, "sendRequest" | "endTrial">;
  private readonly drafts = new Map<string, Draft>();
  /** The key that Rust keeps, perhaps for another environment. */
  private trial: Trial | null = null;
  /** Increases with every visit, so that a response for an earlier visit is dropped. */
  private visit = 0;
  /** Whether requests that change something in production were confirmed during this visit. */
  private isConfirmed = false;

  constructor(host: Pick<Host, "sendRequest" | "endTrial">) {
    super();
    this.host = host;
  }

  get draft(): Draft {
    const known = this.drafts.get(this.environmentId ?? "");
    return known ?? { method: "GET", path: this.trialKey ? "/products" : "/", body: "" };
  }

  /** The trial key, if it belongs to the open tab. */
  get trialKey(): Trial | null {
    return this.trial && this.trial.environmentId === this.environmentId ? this.trial : null;
  }

  /** Opens the Playground of an environment, or none; drops the state of the previous one. */
  enter(environmentId: string | null): void {
    if (this.trial && this.trial.environmentId !== environmentId) {
      this.trial = null;
      // An error needs no message: the trial ends with the process at the latest.
      void this.host.endTrial().catch(() => null);
    }
    if (this.environmentId !== environmentId) {
      this.visit += 1;
      this.environmentId = environmentId;
      this.reset();
    }
    if (this.trialKey && this.key === "none") this.key = "trial";
    this.changed();
  }

  /** Sets the trial key: one from its prompt, or one that Rust still keeps after a reload. */
  setTrial(trial: Trial | null): void {
    this.trial = trial;
    if (this.trialKey) this.key = "trial";
    this.changed();
  }

  updateDraft(part: Partial<Draft>): void {
    if (this.environmentId === null) return;
    this.cancelConfirmation();
    this.drafts.set(this.environmentId, { ...this.draft, ...part });
    this.error = null;
    this.changed();
  }

  selectKey(choice: Choice): void {
    this.cancelConfirmation();
    this.key = choice;
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
    const { method, path, body } = this.draft;
    await this.execute({ method, path, body: allowsBody(method) && body !== "" ? body : null, key: this.selectedKey });
  }

  /** Sends a preset with the selected key; it becomes the draft. */
  async sendPreset(draft: Draft): Promise<void> {
    if (this.isSending) return;
    this.updateDraft(draft);
    await this.send();
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

  /** Drops the draft of a deleted environment. */
  forget(environmentId: string): void {
    this.drafts.delete(environmentId);
  }

  private get selectedKey(): PlaygroundKey {
    if (this.key === "none" || this.key === "trial") return { source: this.key };
    if (this.key === "pasted") return { source: "pasted", text: this.pastedKey };
    return { source: "keychain", keyId: this.key.slice(KEYCHAIN_PREFIX.length) };
  }

  private async execute(request: Request): Promise<void> {
    const { visit, environmentId, isConfirmed } = this;
    if (environmentId === null) return;
    this.pastedKey = "";
    this.isSending = true;
    this.error = null;
    this.changed();
    try {
      const response = await this.host.sendRequest({ environmentId, ...request, confirmed: isConfirmed });
      if (visit !== this.visit) return;
      this.result = { method: request.method, path: request.path, response };
    } catch (error) {
      if (visit !== this.visit) return;
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
    this.result = null;
    if (error.field) this.restorePastedKey(request); // invalid input: nothing was sent
  }

  private restorePastedKey({ key }: Request): void {
    if (key.source === "pasted" && this.key === "pasted" && this.pastedKey === "") this.pastedKey = key.text;
  }

  private reset(): void {
    this.key = "none";
    this.pastedKey = "";
    this.isSending = false;
    this.result = null;
    this.error = null;
    this.pendingConfirmation = null;
    this.isConfirmed = false;
  }
}
