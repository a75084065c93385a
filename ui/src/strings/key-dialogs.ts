/** The dialogs that create, revoke, and remove a key. They are loaded later, so they are not in `index.ts`. */
export const newKey = {
  name: "API Key Name",
  nameHint: "Name it after the app or job that uses it.",
  readAlways: "Always included",
  readAbout: "View data (GET, HEAD, OPTIONS)",
  writeAbout: "Create, change, and delete data (all other methods)",
  create: "Create",
  more: "More",
  moreAbout: "Owner, tags, and note",
};

export const revocation = {
  title: (name: string) => `Revoke ${name}?`,
  about: "Requests with this key are denied immediately. You can't undo this.",
  lastUsed: "Last used {time}.",
  recentlyUsed: "Used {time}. Requests with this key so far: {counts}.",
  recentlyUsedFrom: "Used {time} from {client}. Requests with this key so far: {counts}.",
  reason: "Reason",
  reasons: { leaked: "Leaked", superseded: "Superseded", unused: "Unused", other: "Other" },
  note: "Note",
  noteAfterReason: "Choose a reason to add a note.",
  neverUsed: "Never used.",
  revokeKey: "Revoke key",
  revokeNamed: (name: string) => `Revoke ${name}`,
};

export const keychainRemoval = {
  title: (name: string, keychain: string) => `Remove ${name} from ${keychain}?`,
  about:
    "The key keeps working, but you can't copy it from Keystile anymore. Copy it first if you don't have it elsewhere.",
};
