/** Reads that may overlap: of several reads of one id, only the latest takes effect. */
export class LatestRead {
  private readonly running = new Map<string, Promise<void>>();

  /**
   * Reads, then applies the result or the error. If a later read of the same id has begun, neither happens, and the
   * returned promise waits for that read instead.
   */
  run<T>(
    id: string,
    read: () => Promise<T>,
    apply: (result: T) => void,
    fail: (error: unknown) => void,
  ): Promise<void> {
    const latest =
      <V>(handle: (value: V) => void) =>
      (value: V): Promise<void> | undefined => {
        const current = this.running.get(id);
        if (current !== run) return current;
        this.running.delete(id);
        handle(value);
        return undefined;
      };
    const run: Promise<void> = read().then(latest(apply), latest(fail));
    this.running.set(id, run);
    return run;
  }

  /** The ids with a running read. */
  get ids(): string[] {
    return [...this.running.keys()];
  }

  isRunning(id: string): boolean {
    return this.running.has(id);
  }

  /** Ignores the results of the running reads of an id. */
  cancel(id: string): void {
    this.running.delete(id);
  }
}
