/** The old secrets of rotated keys in the demo host. */
import { CommandError } from "../src/host/command-error";
import type { Host } from "../src/host/host";
import { emit, findKey, updateKey } from "./database";
import { recordEvent } from "./key-life";
import { wait } from "./scenario";

/** When the keys were rotated while the demo ran: their old secrets were not used since. */
const rotatedAt = new Map<string, number>();

/** Makes the new secret of a key its current one. */
export function replaceSecret(keyId: string, overlapSeconds: number): void {
  const now = Date.now();
  rotatedAt.set(keyId, now);
  updateKey(keyId, { oldSecretEndsAt: overlapSeconds === 0 ? null : now + overlapSeconds * 1000 });
  recordEvent(keyId, "rotation.claimed");
  emit({ kind: "database", changed: null });
}

export const endOldSecret: Host["endOldSecret"] = async ({ keyId }) => {
  await wait();
  if (findKey(keyId).oldSecretEndsAt === null) {
    throw new CommandError("no_old_secret", "This key has no old secret that works.", "It has ended already.");
  }
  recordEvent(keyId, "old_secret.ended");
  return updateKey(keyId, { oldSecretEndsAt: null });
};

export const keySecrets: Host["keySecrets"] = async ({ keyId }) => {
  await wait();
  const { oldSecretEndsAt, lastUsedAt, claimedAt } = findKey(keyId);
  const rotated = rotatedAt.get(keyId);
  const unused = { claimedAt: rotated ?? claimedAt, endsAt: null, allowed: 0, denied: 0, lastUsedAt: null, lastClient: null };
  const current = { ...unused, isCurrent: true };
  if (oldSecretEndsAt === null) return [current];
  const use = rotated === undefined ? { allowed: 13, denied: 1, lastUsedAt, lastClient: "10.0.0.7" } : {};
  return [current, { ...unused, claimedAt, isCurrent: false, endsAt: oldSecretEndsAt, ...use }];
};
