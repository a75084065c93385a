/** What is entered about a key in a dialog, before it is sent. */
import type { Environment } from "../../host/types/Environment";
import type { Key } from "../../host/types/Key";
import type { KeyChanges } from "../../host/types/KeyChanges";
import type { KeyInput } from "../../host/types/KeyInput";
import { chosenExpiry, defaultChoice, type ExpiryDraft } from "./expiry-choices";

export interface KeyDraft {
  name: string;
  canWrite: boolean;
  expiry: ExpiryDraft;
  owner: string;
  /** Separated by commas. */
  tags: string;
  note: string;
}

export const newKeyDraft = (environment: Environment): KeyDraft => ({
  name: "",
  canWrite: false,
  expiry: { choice: defaultChoice(environment), date: "" },
  owner: "",
  tags: "",
  note: "",
});

export const draftOf = ({ name, permissions, owner, tags, note }: Key): KeyDraft => ({
  name,
  canWrite: permissions.includes("write"),
  expiry: { choice: "unchanged", date: "" },
  owner,
  tags: tags.join(", "),
  note,
});

const splitTags = (text: string): string[] =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");

/** Returns the new key; null if its date of expiry is none. The default is left to Rust. */
export function keyInput(draft: KeyDraft, environment: Environment): KeyInput | null {
  const isDefault = draft.expiry.choice === defaultChoice(environment);
  const expiry = isDefault ? ({ kind: "default" } as const) : chosenExpiry(draft.expiry);
  if (!expiry) return null;
  const { name, canWrite: write, owner, note } = draft;
  return { name, write, expiry, owner, note, tags: splitTags(draft.tags) };
}

/** Returns what the draft changes of a key; null if its date of expiry is none. */
export function draftChanges(key: Key, draft: KeyDraft): KeyChanges | null {
  const before = draftOf(key);
  const changes: KeyChanges = {};
  if (draft.name.trim() !== before.name) changes.name = draft.name;
  if (draft.canWrite !== before.canWrite) changes.write = draft.canWrite;
  if (draft.owner.trim() !== before.owner) changes.owner = draft.owner;
  if (draft.note.trim() !== before.note) changes.note = draft.note;
  if (splitTags(draft.tags).join() !== key.tags.join()) changes.tags = splitTags(draft.tags);
  if (draft.expiry.choice === "unchanged") return changes;
  const expiry = chosenExpiry(draft.expiry);
  return expiry && { ...changes, expiry };
}
