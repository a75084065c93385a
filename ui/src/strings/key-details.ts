/** The fields and the history of a key. Only parts that are loaded later need them, so they are not in `index.ts`. */
import { formatCount } from "../lib/format/number";
import { plural } from "./plural";

/** The fields of a key that are not its name or its permissions. */
export const keyFields = {
  owner: "Owner",
  ownerHint: "Person, team, or program.",
  tags: "Tags",
  tagsHint: "Separated by commas.",
  note: "Note",
};

/** The details of a key. */
export const keyDetails = {
  label: "Key details",
  close: "Close details",
  back: "Back to the list",
  id: "ID",
  created: "Created",
  requests: "Requests",
  keychain: "Keychain",
  saved: (keychain: string) => `Saved in ${keychain}`,
  savedOld: (keychain: string) => `${keychain} has the old secret`,
  notSaved: "Not saved",
  noRequests: "No recent requests with this key",
  expires: "Expires",
  owner: "Owner",
  tags: "Tags",
  note: "Note",
  reason: "Reason",
  reasonNote: "Revoke note",
  pauses: "How long to disable the key",
  deniedTitle: "Denied while disabled",
  noneDenied: "No requests with this key were denied since it was disabled.",
  deniedRequests: (count: number) => plural(count, "# request", "# requests"),
  unknownClient: "Unknown client",
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
    "rotation.started": "Rotation started",
    "rotation.claimed": "Rotated: new secret copied",
    "rotation.closed": "Prompt of the rotation closed",
    "rotation.discarded": "Rotation discarded",
    "rotation.unclaimed": "Rotation ended because it was never copied",
    "old_secret.ended": "Old secret ended",
    "notice.acknowledged": "Notice acknowledged",
  } as Partial<Record<string, string>>,
  actors: { desktop: "Keystile", terminal: "terminal", "admin-api": "admin API" } as Partial<Record<string, string>>,
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

/** The dialog that rotates a key. */
export const rotation = {
  title: (name: string) => `Rotate ${name}?`,
  about: "The key gets a new secret and keeps its ID. The old secret works for the overlap, which begins when you copy the new one.",
  endsEarlier: "The key already has an old secret. It ends when you copy the new one.",
  overlap: "Overlap",
  now: "End now",
  hours: (count: number) => plural(count, "# hour", "# hours"),
  days: (count: number) => plural(count, "# day", "# days"),
  custom: "Custom",
  customHours: "Overlap in hours",
  customUnit: "hours",
  customHint: (max: number) => `Enter 1 to ${formatCount(max)} hours (90 days).`,
  rotateKey: "Rotate key",
};

/** The old secret of a rotated key, in its details and in the dialog that ends it. */
export const oldSecret = {
  title: "Old secret",
  worksUntil: "Works until {time}.",
  lastUsed: "Last used {time}, {count} since the rotation.",
  lastUsedFrom: "Last used {time} from {client}, {count} since the rotation.",
  times: (count: number) => plural(count, "once", "# times"),
  unused: "Not used since the rotation.",
  end: "End old secret",
  endTitle: (name: string) => `End the old secret of ${name}?`,
  endAbout: "Requests with the old secret are denied immediately. The new secret keeps working. You can't undo this.",
  unusedIsSafe: "Not used since the rotation. Ending it is safe.",
  usedIsDenied: "Last used {time}: requests with it will be denied.",
  usedFromIsDenied: "Last used {time} from {client}: requests with it will be denied.",
  ended: (name: string) => `Ended the old secret of ${name}`,
};
