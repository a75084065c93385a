/** Changes of many keys of the demo host: plans, and one Undo for all of them. Scenario: `slow`. */
import { CommandError } from "../src/host/command-error";
import type { Host } from "../src/host/host";
import type { BulkChange } from "../src/host/types/BulkChange";
import type { Key } from "../src/host/types/Key";
import type { KeySelection } from "../src/host/types/KeySelection";
import { randomId } from "../src/lib/random-id";
import { database, findEnvironment } from "./database";
import { recordEvent, resolveExpiry, settleKeys } from "./key-life";
import { matchingKeys } from "./key-list";
import { checkConfirmation } from "./rules";
import { scenarios, wait } from "./scenario";

const RECENT_MS = 7 * 24 * 3_600_000;
const MAX_LISTED = 5;
const MAX_TAGS = 10;
/** How many keys are changed before the next progress is sent. */
const STEP = 25;

interface Plan {
  requiredName: string | null;
  canUndo: boolean;
  before: Key[];
  after: Key[];
}

const plans = new Map<string, Plan>();
const undos = new Map<string, Plan>();
const canceled = new Set<string>();

const isUsable = ({ state }: Key): boolean => state === "active" || state === "disabled";

function selectedKeys(environmentId: string, selection: KeySelection): Key[] {
  if (selection.kind === "keys") {
    const ids = new Set(selection.ids);
    return database.keys.filter(({ id }) => ids.has(id));
  }
  const except = new Set(selection.except);
  return matchingKeys(environmentId, selection.filter, selection.search).filter(({ id }) => !except.has(id));
}

/** Returns the key as it would be; the same key: it is already so. */
function changedKey(key: Key, change: BulkChange, expiresAt: number | null): Key {
  switch (change.kind) {
    case "disable": {
      const { pauseSeconds } = change;
      if (key.state === "disabled" && pauseSeconds === null && key.disabledUntil === null) return key;
      const disabledUntil = pauseSeconds === null ? null : Date.now() + pauseSeconds * 1000;
      return { ...key, state: "disabled", disabledUntil };
    }
    case "enable":
      return key.state === "active" ? key : { ...key, state: "active", disabledUntil: null };
    case "revoke":
      return {
        ...key,
        state: "revoked",
        endedAt: Date.now(),
        keychain: false,
        keychainOutdated: false,
        revokeReason: change.reason,
        revokeNote: change.note,
      };
    case "extend":
      return (key.expiresAt ?? Infinity) >= (expiresAt ?? Infinity) ? key : { ...key, expiresAt };
    case "addTag":
      return key.tags.includes(change.tag) ? key : { ...key, tags: [...key.tags, change.tag] };
    case "removeTag":
      return key.tags.includes(change.tag) ? { ...key, tags: key.tags.filter((tag) => tag !== change.tag) } : key;
    case "setOwner":
      return key.owner === change.owner ? key : { ...key, owner: change.owner };
  }
}

function checkChange(change: BulkChange): void {
  if (change.kind === "addTag" && change.tag.length > 30) {
    throw new CommandError("invalid_tag", "This tag is too long.", "Use at most 30 characters.", "tags");
  }
  if (change.kind === "setOwner" && change.owner.length > 80) {
    throw new CommandError("invalid_owner", "This owner is too long.", "Use at most 80 characters.", "owner");
  }
}

export const planBulkChange: Host["planBulkChange"] = async ({ environmentId, selection, change }) => {
  await wait();
  settleKeys();
  checkChange(change);
  const environment = findEnvironment(environmentId);
  const expiresAt = change.kind === "extend" ? resolveExpiry(change.expiry, environment) : null;
  const selected = selectedKeys(environmentId, selection);
  const usable = selected.filter(isUsable);
  const before = usable.filter((key) => changedKey(key, change, expiresAt) !== key);
  const after = before.map((key) => changedKey(key, change, expiresAt));
  if (after.some(({ tags }) => tags.length > MAX_TAGS)) {
    throw new CommandError("too_many_tags", "A key would have more than 10 tags.", "Remove one first.", "tags");
  }
  const isRisky = change.kind === "disable" || change.kind === "revoke";
  const used = before
    .flatMap(({ id, name, lastUsedAt }) => (lastUsedAt === null ? [] : [{ id, name, lastUsedAt }]))
    .filter(({ lastUsedAt }) => isRisky && Date.now() - lastUsedAt < RECENT_MS)
    .toSorted((a, b) => b.lastUsedAt - a.lastUsedAt);
  const isRevocation = change.kind === "revoke";
  const requiredName = isRevocation && environment.stage === "production" ? environment.name : null;
  const id = randomId();
  plans.set(id, { requiredName, canUndo: !isRevocation, before, after });
  return {
    id,
    selected: selected.length,
    changed: before.length,
    unchanged: usable.length - before.length,
    unavailable: selected.length - usable.length,
    recentlyUsed: used.slice(0, MAX_LISTED),
    recentlyUsedCount: used.length,
    names: before.slice(0, MAX_LISTED).map(({ name }) => name),
    expiresAt,
    requiredName,
    canUndo: !isRevocation,
  };
};

/** Replaces keys that are as they were. Returns how many. */
function replaceKeys(before: Key[], after: Key[]): number {
  const known = new Set(before);
  const replaced = new Map(after.map((key) => [key.id, key]));
  let count = 0;
  database.keys = database.keys.map((key) => {
    if (!known.has(key)) return key;
    count += 1;
    return replaced.get(key.id) ?? key;
  });
  for (const { id } of after) recordEvent(id, "key.edited");
  return count;
}

export const applyBulkChange: Host["applyBulkChange"] = async ({ planId, confirmation }, onProgress) => {
  const plan = plans.get(planId);
  if (!plan) throw new CommandError("bulk_plan_expired", "The numbers may be outdated.", "Check them, then try again.");
  if (plan.requiredName !== null) checkConfirmation(plan.requiredName, confirmation);
  plans.delete(planId);
  const { before, after } = plan;
  for (let done = 0; done < before.length; done += STEP) {
    onProgress({ done, total: before.length });
    // oxlint-disable-next-line no-await-in-loop -- so that it can be canceled
    await wait(scenarios.has("many") ? 80 : 15);
    if (canceled.has(planId)) throw new CommandError("canceled", "Canceled.", "Nothing was changed.");
  }
  const changed = replaceKeys(before, after);
  const undoId = plan.canUndo && changed > 0 ? randomId() : null;
  if (undoId !== null) undos.set(undoId, plan);
  return { changed, unchanged: before.length - changed, undoId };
};

export const cancelBulkChange: Host["cancelBulkChange"] = async ({ planId }) => {
  canceled.add(planId);
  return null;
};

export const undoBulkChange: Host["undoBulkChange"] = async ({ undoId }) => {
  await wait();
  const plan = undos.get(undoId);
  if (!plan) throw new CommandError("not_found", "This change cannot be undone.", "");
  undos.delete(undoId);
  const restored = replaceKeys(plan.after, plan.before);
  return { restored, unchanged: plan.after.length - restored };
};
