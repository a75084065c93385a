/** Changes of many keys. They are loaded later, so they are not in `index.ts`. */
import type { BulkChange } from "../host/types/BulkChange";
import { formatCount } from "../lib/format/number";
import { plural } from "./plural";

/** Returns the text for “# selected keys”. */
const selectedKeys = (verb: string) => (count: number) =>
  plural(count, `${verb} # selected key`, `${verb} # selected keys`);

const keys = (verb: string) => (count: number) => plural(count, `${verb} # key`, `${verb} # keys`);

export const bulk = {
  label: "Selected keys",
  selectAll: (count: number) => `Select all ${formatCount(count)}`,
  clear: "Clear",
  clearSelection: "Clear the selection",
  menuLabel: selectedKeys("Actions for"),
  more: "More actions for the selected keys",
  verbs: {
    disable: "Disable…",
    enable: "Enable",
    extend: "Extend…",
    tags: "Tags…",
    owner: "Owner…",
    revoke: "Revoke…",
  },
  /** In the palette, and as the titles of the dialogs. */
  commands: {
    disable: selectedKeys("Disable"),
    enable: selectedKeys("Enable"),
    extend: selectedKeys("Extend"),
    tags: selectedKeys("Edit the tags of"),
    owner: selectedKeys("Set the owner of"),
    revoke: selectedKeys("Revoke"),
  },
  revokeAbout: "Requests with these keys are denied immediately. You can't undo this.",
  /** The buttons of the dialogs whose fields are not filled in. */
  incompleteActions: { tags: "Tag", owner: "Set owner", extend: "Extend" } as Partial<Record<string, string>>,
};

/** What the dialogs ask. */
export const bulkFields = {
  pause: "For how long",
  untilEnabled: "Until enabled",
  minutes: (count: number) => plural(count, "# minute", "# minutes"),
  tagAction: "Add or remove",
  addTag: "Add a tag",
  removeTag: "Remove a tag",
  tag: "Tag",
  tagHint: "One tag, such as ci.",
  ownerAction: "Change or remove",
  setOwner: "New owner",
  removeOwner: "No owner",
};

/** The button, what would happen, and what happened. */
export interface ChangeTexts {
  /** Null: it is not known yet how many keys change. */
  action: (count: number | null) => string;
  planned: (count: number) => string;
  unchanged: (count: number) => string;
  done: (count: number) => string;
}

const action = (verb: string) => (count: number | null) => (count === null ? verb : keys(verb)(count));

const will = (change: string) => (count: number) => plural(count, `# key will ${change}.`, `# keys will ${change}.`);

const already = (state: string) => (count: number) => plural(count, `# is ${state} already.`, `# are ${state} already.`);

const have = (what: string) => (count: number) => plural(count, `# has ${what} already.`, `# have ${what} already.`);

const done = (change: string) => (count: number) => plural(count, `# key ${change}`, `# keys ${change}`);

/** By the kind of change. `detail` is the pause, the expiry, the tag or the owner; empty: there is none. */
export const bulkChanges: Readonly<Record<BulkChange["kind"], (detail: string) => ChangeTexts>> = {
  disable: (pause) => ({
    action: action("Disable"),
    planned: will(pause === "" ? "be disabled" : `be disabled for ${pause}`),
    unchanged: already("disabled"),
    done: done("disabled"),
  }),
  enable: () => ({
    action: action("Enable"),
    planned: will("be enabled"),
    unchanged: already("active"),
    done: done("enabled"),
  }),
  revoke: () => ({
    action: action("Revoke"),
    planned: will("be revoked"),
    unchanged: already("revoked"),
    done: done("revoked"),
  }),
  extend: (expiry) => ({
    action: action("Extend"),
    planned: will(expiry === "" ? "never expire" : `expire on ${expiry}`),
    unchanged: (count) => plural(count, "# expires later or never.", "# expire later or never."),
    done: done("extended"),
  }),
  addTag: (tag) => ({
    action: action("Tag"),
    planned: will(`get the tag “${tag}”`),
    unchanged: have("it"),
    done: done(`tagged “${tag}”`),
  }),
  removeTag: (tag) => ({
    action: action("Remove the tag from"),
    planned: will(`lose the tag “${tag}”`),
    unchanged: (count) => plural(count, "# does not have it.", "# do not have it."),
    done: (count) => plural(count, `Tag “${tag}” removed from # key`, `Tag “${tag}” removed from # keys`),
  }),
  setOwner: (owner) => ({
    action: action(owner === "" ? "Remove the owner of" : "Set the owner of"),
    planned: will(owner === "" ? "have no owner" : `belong to ${owner}`),
    unchanged: owner === "" ? have("no owner") : have("this owner"),
    done:
      owner === ""
        ? done("left without an owner")
        : (count) => plural(count, `# key belongs to ${owner} now`, `# keys belong to ${owner} now`),
  }),
};

export const dryRun = {
  notUndone: "The change was not undone",
  unknownUse: "The use counts can't be read, so these keys may be in use.",
  loading: "Checking the keys",
  none: "No key will change.",
  ended: (count: number) => plural(count, "# has ended.", "# have ended."),
  moreNames: (count: number) => `and ${formatCount(count)} more`,
  recentlyUsed: "{name} was used {time}",
  moreUsed: (count: number) => `and ${formatCount(count)} more`,
  applying: "Changing the keys",
  progress: (changed: number, total: number) => `${formatCount(changed)} of ${plural(total, "# key", "# keys")}`,
  canceled: "Nothing was changed.",
  withUnchanged: (text: string, count: number) =>
    count === 0 ? text : `${text}; ${plural(count, "# was changed meanwhile", "# were changed meanwhile")}`,
  restored: (count: number, unchanged: number) =>
    unchanged === 0 ? plural(count, "# key restored", "# keys restored") : `${formatCount(count)} restored`,
};
