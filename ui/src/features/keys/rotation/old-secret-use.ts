/** How the old secret of a rotated key was used since the rotation. */
import type { KeySecret } from "../../../host/types/KeySecret";

export interface OldSecretUse {
  /** Null: it was not used. */
  lastUsedAt: number | null;
  /** The address of the last client, if it is known. */
  lastClient: string | null;
  /** The number of requests, allowed or denied. */
  requests: number;
}

/** Returns the use of the secrets that are not current; null if all of those have ended. */
export function oldSecretUse(secrets: readonly KeySecret[]): OldSecretUse | null {
  const old = secrets.filter(({ isCurrent }) => !isCurrent);
  if (old.length === 0) return null;
  const [last] = old.toSorted((a, b) => (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0));
  return {
    lastUsedAt: last?.lastUsedAt ?? null,
    lastClient: last?.lastClient ?? null,
    requests: old.reduce((sum, { allowed, denied }) => sum + allowed + denied, 0),
  };
}
