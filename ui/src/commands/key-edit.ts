/** Edits of keys, with Undo. */
import type { Key } from "../host/types/Key";
import type { KeyChanges } from "../host/types/KeyChanges";
import type { Stores } from "../stores";
import { strings } from "../strings";
import { undoAction } from "./undo";

/** What can be edited of a key. */
export type EditableKey = Pick<Key, "name" | "permissions" | "expiresAt" | "owner" | "note" | "tags">;

const canWrite = ({ permissions }: EditableKey): boolean => permissions.includes("write");

/** Returns the changes that turn `before` into `after`. Undo sets only these: others may have changed meanwhile. */
export function keyChanges(before: EditableKey, after: EditableKey): KeyChanges {
  const changes: KeyChanges = {};
  if (before.name !== after.name) changes.name = after.name;
  if (canWrite(before) !== canWrite(after)) changes.write = canWrite(after);
  if (before.expiresAt !== after.expiresAt) {
    changes.expiry = after.expiresAt === null ? { kind: "never" } : { kind: "at", at: after.expiresAt };
  }
  if (before.owner !== after.owner) changes.owner = after.owner;
  if (before.note !== after.note) changes.note = after.note;
  if (before.tags.join() !== after.tags.join()) changes.tags = after.tags;
  return changes;
}

/** Saves changes of a key and offers Undo. Nothing happens without changes. */
export async function editKey(stores: Stores, key: Key, changes: KeyChanges): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  const { keys, toasts } = stores;
  const before = keys.find(key.id) ?? key;
  const after = await keys.edit(key.id, changes);
  const reverted = keyChanges(after, before);
  if (Object.keys(reverted).length === 0) return;
  toasts.show(strings.toasts.saved(after.name), undoAction(stores, () => keys.edit(key.id, reverted)), key.id);
}
