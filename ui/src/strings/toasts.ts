/** Short messages at the edge of the window. */
import { plural } from "./plural";

export const toasts = {
  linkDropped: "A link was opened meanwhile. Open it again to follow it.",
  revoked: (name: string) => `Revoked ${name}`,
  discarded: (name: string) => `Discarded ${name}`,
  disabled: (name: string) => `Disabled ${name}. Its requests are denied until you enable it.`,
  disabledUntil: (name: string, time: string) => `Disabled ${name} until ${time}. Its requests are denied until then.`,
  enabled: (name: string) => `Enabled ${name}`,
  disabledKeys: (count: number) => plural(count, "# key disabled", "# keys disabled"),
  enabledKeys: (count: number) => plural(count, "# key enabled", "# keys enabled"),
  undone: (message: string) => `Undone: ${message.replace(/\. .*$/s, "")}`,
  copiedId: "Copied the key ID",
  copiedLink: "Copied the link",
  copied: (name: string) => `Copied ${name} to the clipboard`,
  removedFromKeychain: (name: string, keychain: string) => `Removed ${name} from ${keychain}. The key still works.`,
  renamed: (name: string) => `Renamed to ${name}`,
  saved: (name: string) => `Saved ${name}`,
  deleted: (name: string) => `Deleted ${name}`,
  rowsCopied: (count: number) => plural(count, "Copied # request as JSON Lines", "Copied # requests as JSON Lines"),
  endpointSet: (url: string) => `Endpoint set to ${url}`,
  endpointRemoved: "Endpoint removed",
  usingSample: "Using the sample API",
  ruleAdded: "Rule added",
  ruleUpdated: "Rule updated",
  ruleRemoved: "Rule removed",
  ruleMoved: (position: number, count: number) => `Rule moved to position ${position} of ${count}`,
};
