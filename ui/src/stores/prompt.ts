import { type CommandError, formatError, toCommandError } from "../host/command-error";
import type { Host, NewKey } from "../host/host";
import type { ClosedPrompt } from "../host/types/ClosedPrompt";
import type { KeyInput } from "../host/types/KeyInput";
import type { KeyState } from "../host/types/KeyState";
import type { Prompt } from "../host/types/Prompt";
import type { Trial } from "../host/types/Trial";
import { randomId } from "../lib/random-id";
import { Store } from "../lib/store";
import { strings } from "../strings";
import { plainKey } from "./key-input";
import { PermissionTest } from "./permission-test";

type PromptCommands = Pick<
  Host,
  | "issueKey"
  | "revealKey"
  | "copyKey"
  | "copyCurl"
  | "saveKey"
  | "discardKey"
  | "closePrompt"
  | "tryKey"
  | "checkKey"
>;

export type Step = "copy" | "curl" | "try" | "discard" | "close" | "recreate";

export interface PromptStatus {
  tone: "" | "ok" | "warn" | "bad";
  text: string;
  /** Changes with every message, also when the text stays the same. */
  id: number;
}

type StepResult<T> = { kind: "done"; value: T } | { kind: "failed"; error: CommandError } | { kind: "ignored" };

const SHOWABLE_STATES: ReadonlySet<KeyState> = new Set<KeyState>(["pending", "active", "disabled"]);

/**
 * The prompt that shows a new key once. Rust decides whether the key is copied and whether the prompt may be closed;
 * this keeps its last response. When the prompt ends, the text of the key is dropped.
 *
 * Dispatches `close-blocked` when Rust did not close the window because of the prompt.
 */
export class OneTimePrompt extends Store {
  prompt: Prompt | null = null;
  /** The running step. */
  busy: Step | null = null;
  status: PromptStatus = { tone: "", text: "", id: 0 };
  /** Saving may take 20 s and must not block the other steps. */
  isSaving = false;
  saveError: CommandError | null = null;
  /** The number of successful copies of the key. */
  copies = 0;
  /** The number of successful copies of the curl command. */
  curlCopies = 0;
  /** Whether the curl command replaced the copied key in the clipboard. */
  clipboardHasCurl = false;
  readonly test: PermissionTest;

  private readonly host: PromptCommands;
  /** What was entered for the last key, to create it again. */
  private entered: { keyId: string; key: KeyInput } | null = null;

  constructor(host: PromptCommands) {
    super();
    this.host = host;
    this.test = new PermissionTest(host);
  }

  get isOpen(): boolean {
    return this.prompt !== null;
  }

  /** Whether the key cannot be shown anymore: it was revoked elsewhere, or its ticket has ended. */
  get isKeyGone(): boolean {
    return this.prompt !== null && this.prompt.key === null;
  }

  /** Whether the prompt shows the new secret of a key that was rotated. */
  get isRotation(): boolean {
    return typeof this.prompt?.overlapSeconds === "number";
  }

  /** A new secret replaces the old one as soon as it is copied, so that a copied rotation cannot be discarded. */
  get canDiscard(): boolean {
    return this.prompt !== null && !this.isKeyGone && !(this.isRotation && this.prompt.copied);
  }

  /** Whether it can be saved: the keychain keeps the old secret until the new one is copied. */
  get canSave(): boolean {
    return this.prompt !== null && (this.prompt.copied || !this.isRotation);
  }

  get canClose(): boolean {
    return this.prompt !== null && (this.prompt.copied || this.isKeyGone);
  }

  /** The sentence shown instead of a key that is gone. */
  get goneMessage(): string {
    const { expired, discarded, revoked } = strings.prompt.ended;
    const state = this.prompt?.state;
    return state === "expired" ? expired : state === "discarded" ? discarded : revoked;
  }

  /** Issues a key. The caller opens its prompt after closing its own dialog. */
  async issue(fields: NewKey): Promise<Prompt> {
    const prompt = await this.host.issueKey(fields);
    this.entered = { keyId: prompt.keyId, key: fields.key };
    return prompt;
  }

  open(prompt: Prompt): void {
    this.reset();
    this.prompt = prompt;
    this.changed();
    if (prompt.copied && !this.isKeyGone) void this.test.runOnce(prompt.ticket);
  }

  /** Shows the prompt of a ticket again, after a reload. */
  async resume(ticket: string): Promise<void> {
    this.open(await this.host.revealKey({ ticket, plain: true }));
  }

  /** Handles a close of the window that a prompt blocked. Shows the prompt if the response to its issue was lost. */
  async closeBlocked(ticket: string): Promise<void> {
    if (!this.isOpen) await this.resume(ticket);
    this.dispatchEvent(new Event("close-blocked"));
  }

  async copy(): Promise<"copied" | "failed" | "ignored"> {
    const result = await this.runExclusive("copy", async (ticket) => {
      this.applyUpdate(await this.host.copyKey({ ticket }));
      this.copies += 1;
      this.clipboardHasCurl = false;
      this.setStatus("ok", strings.prompt.copied);
      void this.test.runOnce(ticket);
    });
    if (result.kind === "done") return "copied";
    if (result.kind === "failed") this.setStatus("bad", strings.prompt.copyFailed(formatError(result.error)));
    return result.kind;
  }

  /** Copies a command that prompts for the key; it replaces the key in the clipboard. */
  async copyCurl(): Promise<void> {
    const { prompt } = this;
    if (!prompt || this.isKeyGone) return;
    const result = await this.runExclusive("curl", async () => {
      await this.host.copyCurl({ environmentId: prompt.environmentId });
      this.curlCopies += 1;
      this.clipboardHasCurl = this.canClose;
      if (this.clipboardHasCurl) this.setStatus("warn", strings.prompt.curlReplacedKey);
      else this.setStatus("", strings.prompt.curlCopied);
    });
    if (result.kind === "failed") this.setStatus("bad", strings.prompt.curlFailed(formatError(result.error)));
  }

  reportPartialCopy(): void {
    this.setStatus("warn", strings.prompt.copiedPart);
  }

  /** Shows why the prompt cannot be closed yet, or how to close it. */
  explainBlockedClose(): void {
    if (this.isKeyGone) this.setStatus("", strings.prompt.closeToContinue);
    else if (this.canClose) this.setStatus("", strings.prompt.closeWhenSaved);
    else this.setStatus("warn", strings.prompt.reasonToStaySentence);
  }

  async save(): Promise<void> {
    if (!this.prompt || this.isSaving) return;
    if (!this.canSave) return this.setStatus("warn", strings.promptOfRotation.saveAfterCopy);
    const { ticket } = this.prompt;
    this.saveError = null;
    this.isSaving = true;
    this.changed();
    try {
      this.applyUpdate(await this.host.saveKey({ ticket }));
    } catch (error) {
      if (this.isShowing(ticket)) this.saveError = toCommandError(error);
    } finally {
      // The prompt may have been closed meanwhile, and another one opened.
      if (this.isShowing(ticket)) this.isSaving = false;
      this.changed();
    }
  }

  /** Revokes the shown key and returns it; null if that failed. */
  async discard(): Promise<{ environmentId: string; name: string } | null> {
    const { prompt } = this;
    if (!prompt) return null;
    const { environmentId, name } = prompt;
    const result = await this.runExclusive("discard", (ticket) => this.host.discardKey({ ticket }));
    this.reportFailure(result);
    if (result.kind !== "done") return null;
    this.end();
    return { environmentId, name };
  }

  /** Closes the prompt and returns its key; null if Rust rejected that. */
  async close(): Promise<ClosedPrompt | null> {
    const { prompt, isKeyGone } = this;
    if (!prompt) return null;
    const { projectId, environmentId, keyId } = prompt;
    const result = await this.runExclusive("close", (ticket) => this.host.closePrompt({ ticket }));
    // A key that is gone needs no protection: its prompt closes even if its ticket is unknown.
    const isClosed = result.kind === "done" || (result.kind === "failed" && isKeyGone);
    if (!isClosed) {
      this.reportFailure(result);
      return null;
    }
    this.end();
    return { projectId, environmentId, keyId };
  }

  /** Handles that Rust closed a prompt together with the window. Returns its key; null if it is not shown. */
  receiveClosed(ticket: string): ClosedPrompt | null {
    const { prompt } = this;
    if (prompt?.ticket !== ticket) return null;
    const { projectId, environmentId, keyId } = prompt;
    this.end();
    return { projectId, environmentId, keyId };
  }

  /** Closes the prompt of a copied key, which Rust keeps for the Playground; null if Rust rejected that. */
  async tryInPlayground(): Promise<Trial | null> {
    const result = await this.runExclusive("try", (ticket) => this.host.tryKey({ ticket }));
    this.reportFailure(result);
    if (result.kind !== "done") return null;
    this.end();
    return result.value;
  }

  /** Issues a replacement for a key that is gone, as it was entered; after a reload only its name and permissions. */
  async createAgain(): Promise<void> {
    const { prompt } = this;
    if (!prompt) return;
    const { environmentId, keyId, name, permissions, ticket } = prompt;
    const write = permissions.includes("write");
    const key = this.entered?.keyId === keyId ? this.entered.key : plainKey(name, write);
    const result = await this.runExclusive("recreate", async () => {
      await this.host.closePrompt({ ticket }).catch(() => null); // its ticket may be unknown by now
      this.open(await this.issue({ environmentId, key, idempotencyKey: randomId() }));
    });
    this.reportFailure(result);
  }

  /** Reads the prompt again after a database change: the key may have been revoked elsewhere. Never fails. */
  async refresh(): Promise<void> {
    const { prompt } = this;
    if (!prompt || this.busy || this.isKeyGone) return;
    let update: Prompt;
    try {
      update = await this.host.revealKey({ ticket: prompt.ticket, plain: false });
    } catch (error) {
      if (toCommandError(error).code !== "unknown_ticket") return; // the next change retries
      update = { ...prompt, state: "revoked" };
    }
    if (!this.isShowing(prompt.ticket) || this.busy) return;
    this.applyUpdate(update);
    if (this.isKeyGone) this.setStatus("bad", this.goneMessage);
    this.changed();
  }

  /**
   * Applies a response for the shown prompt. Rust sends the key only once, so the shown key is kept. Responses may
   * arrive out of order, so `copied`, `keychain`, and `activated` are never reset. The permissions at issue are kept,
   * because the permission test compares against them.
   */
  private applyUpdate(update: Prompt): void {
    const { prompt } = this;
    if (prompt?.ticket !== update.ticket || this.isKeyGone) return;
    this.prompt = {
      ...update,
      key: SHOWABLE_STATES.has(update.state) ? prompt.key : null,
      permissions: prompt.permissions,
      copied: update.copied || prompt.copied,
      keychain: update.keychain || prompt.keychain,
      activated: update.activated || prompt.activated,
    };
  }

  /** Runs one step at a time: a second press is ignored while a step runs. */
  private async runExclusive<T>(step: Step, run: (ticket: string) => Promise<T>): Promise<StepResult<T>> {
    if (!this.prompt || this.busy) return { kind: "ignored" };
    const { ticket } = this.prompt;
    this.busy = step;
    this.changed();
    try {
      return { kind: "done", value: await run(ticket) };
    } catch (error) {
      return { kind: "failed", error: toCommandError(error) };
    } finally {
      if (this.isShowing(ticket)) this.busy = null;
      this.changed();
    }
  }

  private reportFailure(result: StepResult<unknown>): void {
    if (result.kind === "failed") this.setStatus("bad", formatError(result.error));
  }

  private isShowing(ticket: string): boolean {
    return this.prompt?.ticket === ticket;
  }

  private setStatus(tone: PromptStatus["tone"], text: string): void {
    this.status = { tone, text, id: this.status.id + 1 };
    this.changed();
  }

  private end(): void {
    this.reset();
    this.changed();
  }

  private reset(): void {
    this.prompt = null;
    this.busy = null;
    this.isSaving = false;
    this.saveError = null;
    this.status = { tone: "", text: "", id: this.status.id + 1 };
    this.copies = 0;
    this.curlCopies = 0;
    this.clipboardHasCurl = false;
    this.test.reset();
  }
}
