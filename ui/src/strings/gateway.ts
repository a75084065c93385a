/** The Gateway tab, except the request log: the gateway, its route rules, and how to connect to the API. */

export const gateway = {
  loading: "Loading gateway",
  sections: { traffic: "Traffic", rules: "Rules", connect: "Connect" },
  navigation: "Gateway",
  running: "Running",
  stopped: "Stopped",
  address: "Address",
  copyAddress: "Copy the address",
  firstStartAbout: "Picks a free port on first start.",
  endpointMissing: "Set an endpoint to start the gateway.",
  stop: "Stop gateway",
  portInUse: (port: number, program: string | null) => `Port ${port} is in use by ${program ?? "another program"}.`,
  switchPort: (port: number) => `Switch to ${port}?`,
  stopProgram: "Stop that program, then start the gateway again.",
  usePort: (port: number) => `Use ${port}`,
  endpointAbout: "Where is your API? The gateway checks the key on every request and forwards allowed requests there.",
  useSample: "Use a sample API",
  useSampleTitle: "Built in, on this computer only: GET and POST /products.",
  sample: "Sample API: GET and POST {path}, built in. Enter an endpoint to use your own.",
  samplePath: "/products",
  endpointPlaceholder: "http://localhost:8000",
  advanced: "Advanced",
  preserveHost: "Preserve the Host header",
  preserveHostAbout: "When off, your API receives its own host name.",
  allowPreflights: "Allow CORS preflights",
  allowPreflightsAbout: "Lets OPTIONS preflights through without a key. Turn this on if browsers call your API.",
};

export const rules = {
  title: "Route rules",
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

export const connect = {
  title: "Connect",
  ways: { code: "Code", proxy: "Your proxy" },
  way: "Way to connect",
  language: "Language",
  languages: { curl: "curl", javascript: "JavaScript", python: "Python", go: "Go", rust: "Rust" },
  codeAbout: "Sends a request to {url} with the key in the environment variable {variable}.",
  noAddress: "Start the gateway or set an endpoint to get its URL here.",
  exampleUrl: "https://api.example.com/",
  variable: "API_KEY",
  code: "Code",
  proxyAbout: "Guard the API with your own proxy instead of the gateway: it calls Keystile's HTTP service to check each key. Start the service here, or run {command} on a server.",
  command: "keystile serve",
  proxy: "Proxy",
  proxies: { nginx: "nginx", caddy: "Caddy", traefik: "Traefik", envoy: "Envoy" },
  configuration: "Configuration",
};

export const httpService = {
  title: "HTTP service",
  running: "{service} · Running at {url}",
  stopped: "{service} · Stopped, will run at {url}",
  start: "Start service",
  stop: "Stop service",
  stopProgram: "Stop that program, then start the HTTP service again.",
  url: (address: string) => `http://${address}`,
};
