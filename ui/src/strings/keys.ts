/** The API Keys tab and its dialogs, except the one-time prompt. */
import { plural } from "./plural";

export const keys = {
  search: "Search keys",
  clearSearch: "Clear search",
  filter: "Filter",
  filters: { current: "Current", active: "Active", disabled: "Disabled", revoked: "Revoked", all: "All" },
  currentAbout: "Active and disabled keys",
  noneInFilter: {
    current: "No active or disabled keys",
    active: "No active keys",
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
};

export const revocation = {
  title: (name: string) => `Revoke ${name}?`,
  about: "Requests with this key are denied immediately. You can't undo this.",
  lastUsed: "Last used {time}.",
  neverUsed: "Never used.",
  revokeKey: "Revoke key",
  revokeNamed: (name: string) => `Revoke ${name}`,
};

export const keychainRemoval = {
  title: (name: string, keychain: string) => `Remove ${name} from ${keychain}?`,
  about:
    "The key keeps working, but you can't copy it from Keystile anymore. Copy it first if you don't have it elsewhere.",
};
