/** The route rules of a gateway. Only parts that are loaded later need them, so they are not in `index.ts`. */

export const routeRules = {
  add: "Add rule",
  about:
    "By default, GET, HEAD, and OPTIONS need Read; all other methods need Write. The first matching rule applies. A path that ends in {pattern} matches everything below it.",
  needs: "Needs",
  any: "Any",
  none: "No rules yet.",
  pathPlaceholder: "/path…",
  notSaved: "Not saved",
  notSavedAbout: "Enter a path to save this rule.",
  /** `name` is that of the rule. */
  methodOf: (name: string) => `Method of ${name}`,
  pathOf: (name: string) => `Path of ${name}`,
  accessOf: (name: string) => `Access required by ${name}`,
  moveUp: (name: string) => `Move ${name} up`,
  moveDown: (name: string) => `Move ${name} down`,
  remove: (name: string) => `Remove ${name}`,
  /** `number` is null for a rule that is not saved yet. */
  nameOf: (number: number | null) => (number === null ? "the new rule" : `rule ${number}`),
  test: "Test a request",
  testAbout: "Shows which permission a request needs. Nothing is sent.",
  testMethod: "Method to test",
  testPath: "Path to test",
  testPlaceholder: "/products/41",
  fixFirst: (number: number) => `Fix rule ${number} first.`,
  unused: (number: number, coveredBy: number) => `Rule ${number} is never used: rule ${coveredBy} matches all of it.`,
  access: { open: "no key", read: "Read", write: "Write" },
  result: (access: string, reason: string) => `Needs ${access} (${reason})`,
  /** For the reasons of Rust that need more words; other reasons are shown as they are. */
  reasons: {
    "its path has dot segments":
      "its path has . or .. segments, which an API may resolve to another path, so rules and method don't apply",
  } as Readonly<Partial<Record<string, string>>>,
  byRule: (number: number, rule: string) => `rule ${number}: ${rule}`,
  rule: (method: string | null, path: string) => `${method ?? "any"} ${path}`,
};
