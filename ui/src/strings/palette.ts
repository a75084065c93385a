/** The command palette. */
import { plural } from "./plural";

export const palette = {
  title: "Search",
  placeholder: "Search, or paste a key or a log line",
  results: "Results",
  groups: {
    environments: "Environments",
    keys: "API keys",
    projects: "Projects",
    actions: "Actions",
  },
  nothingFound: "Nothing found.",
  searching: "Searching",
  pasted: "Pasted text",
  pastedAbout: "Not shown and not stored.",
  /** The key of a pasted text. */
  identified: { whole: "This is a key", mistyped: "This looks like a mistyped key", part: "This mentions a key" },
  identifiedAs: (key: string) => `The key is ${key}.`,
  notIdentified: "No key of this database is in the text.",
  publicPart: (prefix: string, id: string) => `${prefix}_${id}`,
  secretNotChecked: "Recognized by its ID. Its secret part was not checked.",
  count: (count: number) => plural(count, "# result", "# results"),
  lastUsed: "Last used {time}",
  neverUsed: "Never used",
  showKey: "Show key",
  clear: "Clear",
  footer: "{up}{down} to move, {enter} to open, {escape} to close",
  keys: { up: "↑", down: "↓", enter: "Enter" },
};
