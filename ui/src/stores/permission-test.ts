import { type CommandError, toCommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { CheckResult } from "../host/types/CheckResult";
import type { KeyCheck } from "../host/types/KeyCheck";
import type { Permission } from "../host/types/Permission";
import { Store } from "../lib/store";
import { strings } from "../strings";

/**
 * The test of a new key after it was copied: Rust sends one read and one write request. Other steps of the one-time
 * prompt do not wait for it.
 */
export class PermissionTest extends Store {
  isRunning = false;
  result: KeyCheck | null = null;
  /** When the result or the error arrived, in milliseconds UTC. */
  finishedAt = 0;
  error: CommandError | null = null;

  private readonly host: Pick<Host, "checkKey">;
  private readonly now: () => number;
  private ticket: string | null = null;

  constructor(host: Pick<Host, "checkKey">, now: () => number = Date.now) {
    super();
    this.host = host;
    this.now = now;
  }

  /** Tests a copied key, but only the first time. */
  async runOnce(ticket: string): Promise<void> {
    if (this.ticket === ticket) return;
    this.reset();
    this.ticket = ticket;
    await this.run(ticket);
  }

  /** Repeats a failed test. */
  async retry(): Promise<void> {
    if (this.ticket !== null && !this.isRunning && this.error) await this.run(this.ticket);
  }

  reset(): void {
    this.ticket = null;
    this.isRunning = false;
    this.result = null;
    this.error = null;
    this.changed();
  }

  private async run(ticket: string): Promise<void> {
    this.isRunning = true;
    this.changed();
    let result: KeyCheck | null = null;
    let error: CommandError | null = null;
    try {
      result = await this.host.checkKey({ ticket });
    } catch (thrown) {
      error = toCommandError(thrown);
    }
    if (this.ticket !== ticket) return; // its prompt has ended
    this.isRunning = false;
    this.result = result;
    this.error = error;
    this.finishedAt = this.now();
    this.changed();
  }
}

export interface PermissionResult {
  permission: Permission;
  allowed: boolean;
  text: string;
}

/** Returns the results in the order in which they are shown. */
export const permissionResults = ({ read, write }: KeyCheck): PermissionResult[] => [
  { permission: "read", allowed: read.allowed, text: describeResult("read", read) },
  { permission: "write", allowed: write.allowed, text: describeResult("write", write) },
];

/** Returns a sentence with the results that differ from the permissions at issue; null if they match. */
export function permissionMismatch(check: KeyCheck, permissions: readonly Permission[]): string | null {
  if (check.asExpected) return null;
  const results = permissionResults(check);
  const differing = results.filter(({ permission, allowed }) => allowed !== permissions.includes(permission));
  // None differs when a denial was expected but had another reason.
  return strings.keyTest.mismatch((differing.length > 0 ? differing : results).map(({ text }) => text));
}

function describeResult(permission: Permission, result: CheckResult): string {
  const { allowed, denied } = strings.keyTest.permissions[permission];
  if (result.allowed) return allowed;
  const { code } = result;
  return code === "insufficient_scope" ? denied : strings.keyTest.withReason(denied, strings.decisions.reasons[code]);
}
