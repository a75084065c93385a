/** The API Keys tab and its dialogs, except the one-time prompt. */
import { plural } from "./plural";

export const keys = {
  search: "Search keys",
  clearSearch: "Clear search",
  filter: "Filter",
  filters: {
    current: "Current",
    active: "Active",
    expiring: "Expiring",
    disabled: "Disabled",
    revoked: "Revoked",
    all: "All",
  },
  filterAbout: {
    current: "Active and disabled keys",
    expiring: "Active and disabled keys that expire within 30 days",
  } as Partial<Record<string, string>>,
  noneInFilter: {
    current: "No active or disabled keys",
    active: "No active keys",
    expiring: "No keys expire within 30 days",
    disabled: "No disabled keys",
    revoked: "No revoked keys",
    all: "No keys",
  },
  noMatch: (search: string) => `No keys match “${search}”.`,
  found: (count: number) => plural(count, "# key found", "# keys found"),
  noMatchForHidden: "No keys match.",
  searchAll: "Search all keys",
  emptyTitle: "No API keys yet",
  emptyAbout: (environment: string) => `Keys you create here work only in ${environment}. Each key is shown once.`,
  footnote: "Lost a key? Create a new one and revoke the old one. Keystile can't show a key again.",
  loading: "Loading keys",
  caption: (environment: string) => `API keys in ${environment}`,
  columns: { name: "Name", permissions: "Permissions", status: "Status", used: "Last used", created: "Created" },
  never: "Never",
  fromClient: (client: string) => ` from ${client}`,
  counts: (allowed: string, denied: string) => `${allowed} allowed · ${denied} denied`,
  inKeychain: "In system keychain",
  waitingForKeychain: "Waiting for the system keychain",
  copyFromKeychain: "Copy from keychain",
  removeFromKeychain: "Remove from keychain",
  copyId: "Copy ID",
  enable: "Enable",
  disable: "Disable",
  disableFor: (minutes: number) => `Disable for ${plural(minutes, "# minute", "# minutes")}`,
  extend: "Extend",
  expires: (remaining: string) => `Expires ${remaining}`,
  expiresOn: (time: string) => `Expires on ${time}`,
  neverExpires: "Never expires",
  until: (time: string) => `until ${time}`,
  disabledUntil: (time: string) => `Disabled until ${time}`,
  details: {
    label: "Key details",
    close: "Close details",
    back: "Back to the list",
    id: "ID",
    created: "Created",
    requests: "Requests",
    keychain: "Keychain",
    saved: (keychain: string) => `Saved in ${keychain}`,
    notSaved: "Not saved",
    noRequests: "No recent requests with this key",
    expires: "Expires",
    owner: "Owner",
    tags: "Tags",
    note: "Note",
    reason: "Reason",
    reasonNote: "Revoke note",
    pause: "Disable for…",
    pauses: "How long to disable the key",
    deniedTitle: "Denied while disabled",
    noneDenied: "No requests with this key were denied since it was disabled.",
    deniedRequests: (count: number) => plural(count, "# request", "# requests"),
    unknownClient: "Unknown client",
  },
  states: {
    pending: "Not copied yet",
    active: "Active",
    disabled: "Disabled",
    revoked: "Revoked",
    expired: "Expired",
    unclaimed: "Never copied",
    discarded: "Discarded",
  },
};

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

/** The fields of a key that are not its name or its permissions. */
export const keyFields = {
  owner: "Owner",
  ownerHint: "Person, team, or program.",
  tags: "Tags",
  tagsHint: "Separated by commas.",
  note: "Note",
};

/** When a key expires: the choices and the result. */
export const expiry = {
  label: "Expires",
  unchanged: "Unchanged",
  never: "Never",
  days: (days: number) => plural(days, "# day", "# days"),
  date: "Date",
  dateLabel: "Expiry date",
  datePlaceholder: "2027-03-01",
  dateHint: "Enter a date after today, such as 2027-03-01.",
  defaultResult: (result: string) => `${result} (default)`,
  limit: (days: number) => `Keys of this environment expire after at most ${plural(days, "# day", "# days")}.`,
};

export const keyEditor = {
  title: (name: string) => `Edit ${name}`,
  extendTitle: (name: string) => `Extend ${name}`,
  extend: "Extend",
};

/** What happened to a key. An action of a later version is shown as its name. */
export const keyHistory = {
  title: "History",
  loading: "Loading the history",
  empty: "No events",
  actions: {
    "key.issued": "Created",
    "key.edited": "Edited",
    "key.claimed": "Copied for the first time",
    "key.closed": "Prompt closed",
    "key.disabled": "Disabled",
    "key.enabled": "Enabled",
    "key.revoked": "Revoked",
    "key.expired": "Expired",
    "key.discarded": "Discarded",
    "key.unclaimed": "Ended because it was never copied",
    "key.tagged": "Verification tag renewed",
    "keychain.saving": "Saving to the system keychain",
    "keychain.saved": "Saved to the system keychain",
    "keychain.removing": "Removing from the system keychain",
    "keychain.removed": "Removed from the system keychain",
    "notice.acknowledged": "Notice acknowledged",
  } as Partial<Record<string, string>>,
  actors: { desktop: "Keystile", terminal: "terminal" } as Partial<Record<string, string>>,
  fields: {
    name: "Name",
    permissions: "Permissions",
    expires_at: "Expires",
    owner: "Owner",
    note: "Note",
    tags: "Tags",
  } as Partial<Record<string, string>>,
  permissions: { read: "Read", "read write": "Read and write" } as Partial<Record<string, string>>,
  none: "None",
  before: "Before:",
  after: "After:",
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
