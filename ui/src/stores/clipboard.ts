import { toCommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { AppEvent } from "../host/types/AppEvent";
import type { ClipboardState } from "../host/types/ClipboardState";
import { Store } from "../lib/store";
import { deadline } from "./clipboard-countdown";

/** How long "Clipboard cleared." is shown. */
export const CLEARED_SHOWN_MS = 8000;

/** Whether the clipboard contains a copied key, when Rust clears it, and what went wrong. */
export class Clipboard extends Store {
  state: ClipboardState | null = null;
  /** When the clipboard is cleared, on the clock of `now`; null without a countdown. */
  expiresAt: number | null = null;
  justCleared = false;
  problem: { message: string; advice: string } | null = null;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;

  private readonly host: Pick<Host, "clearClipboard">;
  private clearedTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Pick<Host, "clearClipboard">, now = () => performance.now()) {
    super();
    this.host = host;
    this.now = now;
  }

  set(state: ClipboardState | null): void {
    this.state = state;
    this.expiresAt = deadline(state, this.now());
    this.changed();
  }

  receive({ state, cleared, problem }: Omit<Extract<AppEvent, { kind: "clipboard" }>, "kind">): void {
    this.problem = problem;
    this.justCleared = cleared && state === null;
    clearTimeout(this.clearedTimer);
    if (this.justCleared) {
      this.clearedTimer = setTimeout(() => {
        this.justCleared = false;
        this.changed();
      }, CLEARED_SHOWN_MS);
    }
    this.set(state);
  }

  async clear(): Promise<void> {
    try {
      await this.host.clearClipboard();
    } catch (error) {
      this.problem = toCommandError(error);
      this.changed();
    }
  }

  dismissProblem(): void {
    this.problem = null;
    this.changed();
  }
}
