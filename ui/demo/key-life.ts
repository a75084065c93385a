/** What happens to the keys of the demo host after they were created: edits, expiry, pauses, and their history. */
import { CommandError } from "../src/host/command-error";
import type { Host } from "../src/host/host";
import type { Environment } from "../src/host/types/Environment";
import type { Expiry } from "../src/host/types/Expiry";
import type { Key } from "../src/host/types/Key";
import type { KeyEvent } from "../src/host/types/KeyEvent";
import { activeKeys, database, findEnvironment, findKey, updateKey } from "./database";
import { checkName } from "./rules";
import { wait } from "./scenario";

const DAY = 24 * 3_600_000;

/** By key, newest first. */
const histories = new Map<string, KeyEvent[]>();

export function recordEvent(keyId: string, action: string, fields: Partial<KeyEvent> = {}): void {
  const event = { at: Date.now(), actor: "desktop", action, changes: [], disabledUntil: null, ...fields };
  histories.set(keyId, [event, ...(histories.get(keyId) ?? [])]);
}

/** Returns when a key expires, or throws if that is not allowed. */
export function resolveExpiry(expiry: Expiry, { defaultDays, maxDays }: Environment): number | null {
  const fail = (message: string, advice: string) => new CommandError("invalid_expiry", message, advice, "expiry");
  const days = expiry.kind === "days" ? expiry.days : expiry.kind === "default" ? (defaultDays ?? maxDays) : null;
  const at = expiry.kind === "at" ? expiry.at : days === null ? null : Date.now() + days * DAY;
  if (at !== null && at <= Date.now()) throw fail("This time is in the past.", "Choose a later time.");
  if (maxDays !== null && (at === null || at > Date.now() + maxDays * DAY + 1000)) {
    throw fail("This is too late.", `Keys of this environment expire after at most ${maxDays} days.`);
  }
  return at;
}

/** Changes the keys that have expired, or whose pause or old secret is over. */
export function settleKeys(): void {
  const now = Date.now();
  for (const { id, state, expiresAt, disabledUntil, oldSecretEndsAt } of database.keys) {
    if (oldSecretEndsAt !== null && oldSecretEndsAt <= now) updateKey(id, { oldSecretEndsAt: null });
    if (state !== "active" && state !== "disabled") continue;
    if (expiresAt !== null && expiresAt <= now) {
      updateKey(id, { state: "expired", endedAt: expiresAt });
      recordEvent(id, "key.expired");
    } else if (state === "disabled" && disabledUntil !== null && disabledUntil <= now) {
      updateKey(id, { state: "active", disabledUntil: null });
      recordEvent(id, "key.enabled");
    }
  }
}

const editable = ({ name, permissions, expiresAt, owner, note, tags }: Key) => ({
  name,
  permissions: permissions.join(" "),
  expires_at: expiresAt,
  owner,
  note,
  tags,
});

export const editKey: Host["editKey"] = async ({ keyId, changes }) => {
  await wait();
  const before = findKey(keyId);
  const { name, write, expiry, owner, note, tags } = changes;
  const others = activeKeys(before.environmentId).filter(({ id }) => id !== keyId);
  const after = updateKey(keyId, {
    name: name === undefined ? before.name : checkName(name, "name", others.map((other) => other.name)),
    permissions: (write ?? before.permissions.includes("write")) ? ["read", "write"] : ["read"],
    expiresAt: expiry ? resolveExpiry(expiry, findEnvironment(before.environmentId)) : before.expiresAt,
    owner: owner?.trim() ?? before.owner,
    note: note?.trim() ?? before.note,
    tags: tags ?? before.tags,
  });
  const [old, edited] = [editable(before), editable(after)];
  const changed = Object.entries(old).flatMap(([field, value]) => {
    const now = edited[field as keyof typeof edited];
    return JSON.stringify(value) === JSON.stringify(now) ? [] : [{ field, before: value, after: now }];
  });
  recordEvent(keyId, "key.edited", { changes: changed });
  return after;
};

export const disableKey: Host["disableKey"] = async ({ keyId, pauseSeconds }) => {
  await wait();
  const disabledUntil = pauseSeconds === null ? null : Date.now() + pauseSeconds * 1000;
  recordEvent(keyId, "key.disabled", { disabledUntil });
  return updateKey(keyId, { state: "disabled", disabledUntil });
};

export const enableKey: Host["enableKey"] = async ({ keyId }) => {
  await wait();
  recordEvent(keyId, "key.enabled");
  return updateKey(keyId, { state: "active", disabledUntil: null });
};

export const keyHistory: Host["keyHistory"] = async ({ keyId }) => {
  await wait();
  const { createdAt, claimedAt } = findKey(keyId);
  const first = (action: string, at: number | null): KeyEvent[] =>
    at === null ? [] : [{ at, actor: "terminal", action, changes: [], disabledUntil: null }];
  const recorded = histories.get(keyId) ?? [];
  if (recorded.some(({ action }) => action === "key.issued")) return recorded;
  return [...recorded, ...first("key.claimed", claimedAt), ...first("key.issued", createdAt)];
};
