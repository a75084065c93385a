import type { Key } from "../host/types/Key";
import { nextStateChange } from "./key-state";

/** Rust judges by its own clock, which may be a little behind. */
const MIN_DELAY_MS = 1000;
/** Longer timers overflow, and are late after the computer slept. */
const MAX_DELAY_MS = 3_600_000;

/** Calls a function when the next of the shown keys expires, or its pause or its old secret ends. */
export class StateChangeTimer {
  private readonly onChange: () => void;
  private dueAt: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onChange: () => void) {
    this.onChange = onChange;
  }

  /** Watches these keys instead of the previous ones. */
  watch(keys: readonly Key[]): void {
    const times = keys.map(nextStateChange).filter((time) => time !== null);
    const dueAt = times.length === 0 ? null : Math.min(...times);
    if (dueAt === this.dueAt) return;
    this.stop();
    this.dueAt = dueAt;
    this.start();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.dueAt = null;
  }

  private start(): void {
    if (this.dueAt === null) return;
    const delay = Math.max(MIN_DELAY_MS, this.dueAt - Date.now());
    this.timer = setTimeout(() => this.check(), Math.min(delay, MAX_DELAY_MS));
  }

  private check(): void {
    if (this.dueAt !== null && this.dueAt <= Date.now()) this.onChange();
    this.start(); // again, in case the keys have not changed yet
  }
}
