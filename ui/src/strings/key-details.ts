/** The fields and the history of a key. Only parts that are loaded later need them, so they are not in `index.ts`. */
import { plural } from "./plural";

/** The fields of a key that are not its name or its permissions. */
export const keyFields = {
  owner: "Owner",
  ownerHint: "Person, team, or program.",
  tags: "Tags",
  tagsHint: "Separated by commas.",
  note: "Note",
};

/** When a key expires: the choices and the result. */
export const expiryStrings = {
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
