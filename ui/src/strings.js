/**
 * All sentences of the window, in English, grouped by screen. A word in braces is replaced by markup that the element
 * inserts (`elements/rich-text.js`). The alert of the one-time prompt must not be changed.
 */
import { formatCount } from "./state/numbers.js";

const plurals = new Intl.PluralRules("en");

/**
 * @param {number} count
 * @param {string} one
 * @param {string} other
 */
const plural = (count, one, other) => (plurals.select(count) === "one" ? one : other).replace("#", formatCount(count));

/**
 * @param {string} project
 * @param {string} environment
 */
const environmentPath = (project, environment) => `${project}/${environment}`;

const REASON_TO_STAY = "Copy the key before closing";

export const strings = {
  general: {
    name: "Keystile",
    cancel: "Cancel",
    save: "Save",
    undo: "Undo",
    dismiss: "Dismiss",
    edit: "Edit",
    delete: "Delete",
    revoke: "Revoke",
    new: "New",
    newApiKey: "New API key",
    copy: "Copy",
    copied: "Copied",
    copiedStatus: "Copied.",
    tryAgain: "Try again",
    read: "Read",
    write: "Write",
    noKey: "No key",
    method: "Method",
    path: "Path",
    endpoint: "Endpoint",
    stage: "Stage",
    keyLocation: "Key location",
    projectName: "Project name",
    permissions: "Permissions",
    createEnvironment: "Create environment",
    createAgain: "Create again",
    startGateway: "Start gateway",
    copyCurl: "Copy curl command",
    systemKeychain: "System keychain",
    theSystemKeychain: "the system keychain",
    noEndpoint: "No endpoint",
    notUsedYet: "Not used yet",
    justNow: "just now",
    environmentPath,
    /** @param {string} name */
    actionsFor: (name) => `Actions for ${name}`,
    /** @param {string} name */
    typeToConfirm: (name) => `Type ${name} to confirm`,
    /** @param {number} count */
    activeKeys: (count) => (count === 0 ? "No active keys" : plural(count, "# active key", "# active keys")),
  },

  app: {
    starting: "Starting",
    sidebar: "Sidebar",
    loadingEnvironments: "Loading environments",
    notFoundTitle: "Environment not found",
    notFound: { message: "This environment no longer exists.", advice: "It may have been deleted." },
    /** @param {string} project */
    allEnvironments: (project) => `All environments in ${project}`,
    unknownFailure: { message: "Something went wrong.", advice: "Try again. If it keeps happening, restart Keystile." },
    startFailed: "Keystile couldn't start",
  },

  toasts: {
    /** @param {string} name */
    revoked: (name) => `Revoked ${name}`,
    /** @param {string} name */
    discarded: (name) => `Discarded ${name}`,
    /** @param {string} name */
    disabled: (name) => `Disabled ${name}. Its requests are denied until you enable it.`,
    /** @param {string} name */
    enabled: (name) => `Enabled ${name}`,
    /** @param {string} name */
    copied: (name) => `Copied ${name} to the clipboard`,
    /** @param {string} name @param {string} keychain */
    removedFromKeychain: (name, keychain) => `Removed ${name} from ${keychain}. The key still works.`,
    /** @param {string} name */
    renamed: (name) => `Renamed to ${name}`,
    /** @param {string} name */
    saved: (name) => `Saved ${name}`,
    /** @param {string} name */
    deleted: (name) => `Deleted ${name}`,
    /** @param {string} url */
    endpointSet: (url) => `Endpoint set to ${url}`,
    endpointRemoved: "Endpoint removed",
    usingSample: "Using the sample API",
    ruleAdded: "Rule added",
    ruleUpdated: "Rule updated",
    ruleRemoved: "Rule removed",
    /** @param {number} position @param {number} count */
    ruleMoved: (position, count) => `Rule moved to position ${position} of ${count}`,
  },

  sidebar: {
    project: "Project",
    projects: "Projects",
    newProject: "New project",
    renameProject: "Rename project",
    deleteProject: "Delete project",
    mainNavigation: "Main",
    applicationNavigation: "Application",
    environments: "Environments",
    settings: "Settings",
    clipboardClearsIn: "Clipboard clears in ",
    /** @param {number} count */
    seconds: (count) => `${count} s`,
    clearNow: "Clear now",
    clear: "Clear",
    clearNowRest: " now",
    clipboardCleared: "Clipboard cleared.",
    cleared: "Cleared",
  },

  firstRun: {
    title: "Create your first API key",
    about: "Create API keys for each environment of your API. Each key is shown once; Keystile stores only a hash.",
    trySample: "Try it with a sample API",
    sampleAbout: "Creates a demo project with a running API and a read-only key. You can delete it anytime.",
  },

  notices: {
    label: "Notices",
    neverCopied: "{name} ({path}) was never copied, so it was revoked.",
    neverClosed: "Keystile quit before you closed the dialog for {name} ({path}). If you didn't save the key, revoke it.",
    /** @param {string} name */
    dismiss: (name) => `Dismiss the notice about ${name}`,
    gatewayOffer: "The {environment} gateway ({address}) was running when Keystile quit.",
    restart: "Restart",
    notNow: "Not now",
    /** @param {number} count */
    more: (count) => `and ${formatCount(count)} more`,
  },

  environments: {
    title: "Environments",
    about: "Each key works in one environment only.",
    new: "New environment",
    emptyTitle: "No environments yet",
    emptyAbout: "An environment is one deployment of your API, such as development, staging, or production.",
    active: "Active",
    notActive: "Not active",
    stateAndPrefix: "{state} · prefix {prefix}",
    apiKeys: "API Keys",
    noKeys: "No keys",
    lastRequest: "Last request {time}",
  },

  environment: {
    breadcrumb: "Breadcrumb",
    tabs: { overview: "Overview", keys: "API Keys", gateway: "Gateway", playground: "Playground" },
    /** @param {string} address */
    gatewayOn: (address) => `Gateway on ${address}`,
    stages: { development: "Development", staging: "Staging", production: "Production" },
    /** @param {string} name */
    inProduction: (name) => `${name} (production)`,
  },

  environmentDialog: {
    newTitle: "New environment",
    editTitle: "Edit environment",
    /** @param {string} project */
    about: (project) => `Project: ${project}`,
    name: "Environment name",
    prefix: "Prefix",
    editPrefix: "Edit prefix",
    keysWillLookLike: "Keys will look like {example}",
    keysLookLike: "Keys look like {example}. The prefix can't change once a key exists.",
    optional: "optional",
    endpointPlaceholder: "https://api.example.com",
    endpointHint: "Base URL of this environment's API.",
    keyLocations: {
      default: "X-API-KEY or Authorization: Bearer",
      xApiKey: "X-API-KEY",
      bearer: "Authorization: Bearer",
      header: "Custom header",
    },
    keyLocationHint: "The header that carries the API key. Keys sent anywhere else are rejected.",
    headerName: "Header name",
    headerPlaceholder: "X-Acme-Key",
  },

  projectDialog: {
    newTitle: "New project",
    renameTitle: "Rename project",
    hint: "A project groups the environments of one product.",
    create: "Create project",
    rename: "Rename",
  },

  deletion: {
    /** @param {string} name */
    title: (name) => `Delete ${name}?`,
    environment: "This deletes the environment, its keys, and its gateway. {keys} You can't undo this.",
    project: "This deletes the project and all of its environments, keys, and gateways. {keys} You can't undo this.",
    noActiveKeys: "No active keys are affected.",
    /** @param {number} count */
    activeKeys: (count) =>
      plural(count, "# active key stops working immediately.", "# active keys stop working immediately."),
    deleteEnvironment: "Delete environment",
    deleteProject: "Delete project",
  },

  overview: {
    nextSteps: "Next steps",
    noActiveKeys: "No active keys",
    createFirst: "Create the first key",
    create: "Create a key",
    createAbout: "Name it and choose its permissions.",
    copy: "Copy it",
    copyAbout: "It's shown once.",
    /** @param {string} environment */
    copyActivates: (environment) => `It's shown once. Copying it activates ${environment}.`,
    prefix: "Prefix",
    apiKeys: "API keys",
    activeSince: "Active since",
    notActive: "Becomes active when you copy its first key",
    lastRequest: "Last request",
    created: "Created",
  },

  keys: {
    search: "Search keys",
    clearSearch: "Clear search",
    filter: "Filter",
    filters: { active: "Active", disabled: "Disabled", revoked: "Revoked", all: "All" },
    noneInFilter: { active: "No active keys", disabled: "No disabled keys", revoked: "No revoked keys", all: "No keys" },
    /** @param {string} search */
    noMatch: (search) => `No keys match “${search}”.`,
    emptyTitle: "No API keys yet",
    /** @param {string} environment */
    emptyAbout: (environment) => `Keys you create here work only in ${environment}. Each key is shown once.`,
    footnote: "Lost a key? Create a new one and revoke the old one. Keystile can't show a key again.",
    loading: "Loading keys",
    /** @param {string} environment */
    caption: (environment) => `API keys in ${environment}`,
    columns: { name: "Name", permissions: "Permissions", status: "Status", used: "Last used", created: "Created" },
    never: "Never",
    createdAt: "Created {time}",
    /** @param {string} client */
    fromClient: (client) => ` from ${client}`,
    /** @param {string} allowed @param {string} denied */
    counts: (allowed, denied) => `${allowed} allowed · ${denied} denied`,
    inKeychain: "In system keychain",
    waitingForKeychain: "Waiting for the system keychain",
    copyFromKeychain: "Copy from keychain",
    removeFromKeychain: "Remove from keychain",
    enable: "Enable",
    disable: "Disable",
    states: {
      pending: "Not copied yet",
      active: "Active",
      disabled: "Disabled",
      revoked: "Revoked",
      expired: "Expired",
      unclaimed: "Never copied",
      discarded: "Discarded",
    },
  },

  newKey: {
    name: "API Key Name",
    nameHint: "Name it after the app or job that uses it.",
    readAlways: "Always included",
    readAbout: "View data (GET, HEAD, OPTIONS)",
    writeAbout: "Create, change, and delete data (all other methods)",
    create: "Create",
  },

  prompt: {
    title: "Your new API key",
    /** @param {string} environment */
    activated: (environment) => `${environment} is active`,
    /** @param {string} key @param {string} project @param {string} environment */
    about: (key, project, environment) => `${key} · ${environmentPath(project, environment)}`,
    alertStrong: "Store this private key securely",
    alertRest:
      " - For security reasons, you won't be able to view it again in Keystile. If you lose this secret key, you'll need to generate a new one.",
    keyLabel: "Generated API Key",
    keepIt: "Save this API key in a secure place. Keystile can't show it again.",
    copyAgain: "Copy again",
    close: "Close",
    save: "Save to system keychain",
    saving: "Saving to system keychain",
    /** @param {string} keychain */
    saved: (keychain) => `Saved to ${keychain}. Copy it again from the key's menu.`,
    notSaved: "Not saved.",
    tryIt: "Try it",
    reasonToStay: REASON_TO_STAY,
    reasonToStaySentence: `${REASON_TO_STAY}.`,
    /** @param {number | null} seconds null: never */
    clipboardAfterClose: (seconds) =>
      seconds === null ? "The key stays in the clipboard" : `Clipboard clears ${seconds} s after you close this`,
    clipboardHasCurl: "The clipboard holds the curl command",
    copied: "Copied to the clipboard.",
    /** @param {string} reason */
    copyFailed: (reason) => `Copy failed. ${reason}`,
    curlCopied: "Copied the curl command. It doesn't contain the key.",
    curlReplacedKey: "The curl command replaced the key in the clipboard. Press Copy again to copy the key.",
    /** @param {string} reason */
    curlFailed: (reason) => `Couldn't copy the curl command. ${reason}`,
    copiedPart: "You copied only part of the key. Press Copy to copy all of it.",
    closeToContinue: "Press Close to continue.",
    closeWhenSaved: "The key is copied. Press Close when you've saved it.",
    discard: "Discard key",
    keep: "Keep key",
    discardAndRevoke: "Discard and revoke",
    discardAbout: "The key is revoked immediately",
    discardCopiedAbout: "Your copied key will stop working",
    ended: {
      revoked: "This key has been revoked.",
      expired: "This key has expired.",
      discarded: "This key has been discarded.",
    },
    endedAbout: "{sentence} {name} no longer works.",
  },

  keyTest: {
    before: "Tested when you copy it",
    running: "Testing",
    again: "Test again",
    /** @param {string} reason */
    failed: (reason) => `Not tested. ${reason}`,
    when: "{time} · ",
    permissions: {
      read: { allowed: "Read allowed", denied: "Read denied" },
      write: { allowed: "Write allowed", denied: "Write denied" },
    },
    /** @param {string} result @param {string} reason */
    withReason: (result, reason) => `${result} (${reason})`,
    /** @param {string[]} results */
    mismatch: (results) =>
      `The test result doesn't match the key's permissions: ${results.join(", ")}. Discard this key and check the log.`,
  },

  revocation: {
    /** @param {string} name */
    title: (name) => `Revoke ${name}?`,
    about: "Requests with this key are denied immediately. You can't undo this.",
    lastUsed: "Last used {time}.",
    neverUsed: "Never used.",
    revokeKey: "Revoke key",
    /** @param {string} name */
    revokeNamed: (name) => `Revoke ${name}`,
  },

  keychainRemoval: {
    /** @param {string} name @param {string} keychain */
    title: (name, keychain) => `Remove ${name} from ${keychain}?`,
    about:
      "The key keeps working, but you can't copy it from Keystile anymore. Copy it first if you don't have it elsewhere.",
  },

  quit: {
    title: "Clear the clipboard and quit?",
    about: "The clipboard holds an API key. Paste it first if you still need it.",
    quit: "Quit",
    quitAnyway: "Quit anyway",
  },

  gateway: {
    loading: "Loading gateway",
    running: "Running",
    stopped: "Stopped",
    runningAbout: "Accepts requests that carry a key from this environment.",
    firstStartAbout: "Picks a free port on the first start and keeps it.",
    stoppedAbout: "Uses this port when started.",
    endpointMissing: "Set an endpoint to start the gateway.",
    stop: "Stop gateway",
    /** @param {number} port @param {string | null} program */
    portInUse: (port, program) => `Port ${port} is in use by ${program ?? "another program"}.`,
    /** @param {number} port */
    switchPort: (port) => `Switch to ${port}?`,
    stopProgram: "Stop that program, then start the gateway again.",
    /** @param {number} port */
    usePort: (port) => `Use ${port}`,
    setUp: "The gateway checks the key on every request and forwards allowed requests to your API. Where is your API?",
    setEndpoint: "Set endpoint",
    useSample: "Use a sample API",
    sampleAbout: "The sample API is built in: GET and POST /products, on this computer only.",
    sampleChip: "Sample",
    sample: "GET and POST {path}, built in",
    samplePath: "/products",
    changeEndpoint: "Change the endpoint",
    change: "Change",
    endpointPlaceholder: "http://localhost:8000",
    preserveHost: "Preserve the Host header",
    preserveHostAbout: "When off, your API receives its own host name.",
    allowPreflights: "Allow CORS preflights",
    allowPreflightsAbout: "Lets OPTIONS preflights through without a key. Turn this on if browsers call your API.",
  },

  decisions: {
    title: "Recent requests",
    columns: { time: "Time", method: "Method", path: "Path", key: "Key", result: "Result" },
    pause: "Pause",
    resume: "Resume",
    emptyTitle: "No requests yet",
    emptyAbout: "Send one to {address}. The curl command prompts for the key, so it isn't saved in your shell history.",
    emptyStopped: "Start the gateway, then send a request.",
    /** @param {number} count */
    paused: (count) => (count === 0 ? "Paused" : `Paused · ${formatCount(count)} new`),
    /** @param {number} count */
    notShown: (count) => (count === 0 ? "" : plural(count, "# more request not shown", "# more requests not shown")),
    /** @param {{allowed: number, denied: number, notShown: number}} counts */
    summary: ({ allowed, denied, notShown }) => {
      const parts = [
        allowed > 0 ? `${formatCount(allowed)} allowed` : "",
        denied > 0 ? `${formatCount(denied)} denied` : "",
        notShown > 0 ? `${formatCount(notShown)} not shown` : "",
      ];
      return `${plural(allowed + denied + notShown, "# request", "# requests")}: ${parts.filter(Boolean).join(", ")}.`;
    },
    publicRoute: "Public route",
    unknownKey: "–",
    allowed: "Allowed",
    /** @param {string} decision @param {number} status @param {string} duration */
    responded: (decision, status, duration) => `${decision} · ${status} · ${duration}`,
    /** @param {string} problem */
    allowedBut: (problem) => `Allowed, ${problem}`,
    /** @param {string} reason */
    denied: (reason) => `Denied: ${reason}`,
    /** @type {Readonly<Record<import("./types/DecisionCode").DecisionCode, string>>} */
    reasons: {
      allowed: "allowed",
      insufficient_scope: "needs Write",
      revoked: "key revoked",
      disabled: "key disabled",
      expired: "key expired",
      pending: "key not copied yet",
      invalid_key: "invalid key",
      unknown_key: "unknown key",
      wrong_environment: "key from another environment",
      missing_key: "no key",
      multiple_keys: "more than one key",
      malformed_authorization: "malformed Authorization header",
      key_in_url: "key sent in the URL",
      misplaced_key: "key sent in the wrong header",
      reserved_header: "header reserved for proxies",
      dot_segments: "dot segments in the path",
      preflight_denied: "CORS preflight (turn on “Allow CORS preflights”)",
      unsupported_target: "can't be forwarded",
      invalid_host: "missing or duplicate Host",
      malformed_request: "unsupported body encoding",
      unavailable: "key verification unavailable",
      rules_unavailable: "route rules unavailable",
      internal_error: "internal error",
      key_rejected: "key rejected",
      upstream_unreachable: "API unreachable",
      upstream_certificate_invalid: "API certificate not trusted",
      upstream_response_invalid: "API sent no valid response",
      upstream_timeout: "API timed out",
    },
    /** Different reasons once a request was allowed. @type {Readonly<Partial<Record<import("./types/DecisionCode").DecisionCode, string>>>} */
    reasonsOnceAllowed: {
      malformed_request: "request interrupted",
      key_rejected: "key revoked during the request",
    },
  },

  rules: {
    title: "Route rules",
    add: "Add rule",
    about:
      "By default, GET, HEAD, and OPTIONS need Read; all other methods need Write. The first matching rule wins. A path that ends in {pattern} matches everything below it.",
    needs: "Needs",
    any: "Any",
    pathPlaceholder: "/search",
    /** @param {number} number */
    methodOf: (number) => `Method of rule ${number}`,
    /** @param {number} number */
    pathOf: (number) => `Path of rule ${number}`,
    /** @param {number} number */
    accessOf: (number) => `Access required by rule ${number}`,
    /** @param {number} number */
    moveUp: (number) => `Move rule ${number} up`,
    /** @param {number} number */
    moveDown: (number) => `Move rule ${number} down`,
    /** @param {number} number */
    remove: (number) => `Remove rule ${number}`,
    test: "Test a request",
    testAbout: "Shows which permission a request needs. Nothing is sent.",
    testMethod: "Method to test",
    testPath: "Path to test",
    testPlaceholder: "/products/41",
    /** @param {number} number */
    fixFirst: (number) => `Fix rule ${number} first.`,
    access: { open: "no key", read: "Read", write: "Write" },
    /** @param {string} access @param {string} reason */
    result: (access, reason) => `Needs ${access} (${reason})`,
    /** @param {number} number @param {string} rule */
    byRule: (number, rule) => `rule ${number}: ${rule}`,
    /** @param {string | null} method @param {string} path */
    rule: (method, path) => `${method ?? "any"} ${path}`,
  },

  proxy: {
    title: "Use your own proxy",
    about: "Your proxy calls Keystile to check each key. Run {command} alongside it.",
    command: "keystile serve",
    label: "Proxy",
    names: { nginx: "nginx", caddy: "Caddy", traefik: "Traefik", envoy: "Envoy" },
    configuration: "Configuration",
  },

  playground: {
    /** @param {string} environment */
    stopped: (environment) => `The ${environment} gateway isn't running.`,
    notSetUp: "Set an endpoint first.",
    setUp: "Set up gateway",
    key: "Key",
    body: "Body",
    pastedKey: "Pasted key",
    pasteKey: "Paste a key",
    /** @param {string} name */
    justCreated: (name) => `${name} (just created)`,
    /** @param {string} name @param {string} state */
    keyInState: (name, state) => `${name} (${state.toLowerCase()})`,
    noKeyAbout: "Sent without a key.",
    /** @param {string} name */
    trialAbout: (name) => `${name} is forgotten when you leave this tab.`,
    pastedAbout: "Not stored. The field is cleared when you send the request.",
    /** @param {string} keychain */
    savedAbout: (keychain) => `Read from ${keychain} for this request.`,
    confirmation: "Send {request} to {environment}?",
    send: "Send",
    sending: "Sending",
    sendShortcut: "Ctrl+Enter or ⌘Enter",
    sampleRequests: "Sample requests",
    response: "Response",
    responseTo: "to {request}",
    responseEmpty: "Send a request to see the response.",
    noDecision: "The gateway didn't report a decision.",
    /** @param {string} key @param {"read" | "write"} permission */
    allowed: (key, permission) => `Allowed: ${key} has ${permission === "write" ? "Write" : "Read"}`,
    allowedPublic: "Allowed: public route",
    theKey: "the key",
    /** @param {string} key @param {string} reason */
    denied: (key, reason) => `Denied: ${key} ${reason}`,
    /** @param {number} count */
    headers: (count) => plural(count, "# header", "# headers"),
    emptyBody: "No body",
    kinds: { binary: "Binary", text: "Text", json: "JSON" },
    /** @param {string} kind @param {string} size @param {boolean} truncated */
    bodyNote: (kind, size, truncated) => `${kind}, ${size}${truncated ? ", truncated" : ""}`,
  },

  settings: {
    title: "Settings",
    theme: "Theme",
    themeAbout: "The system theme matches your desktop.",
    themes: { system: "System", light: "Light", dark: "Dark" },
    clearing: "Clear the clipboard",
    clearingAbout: "After you close the key dialog, if the clipboard still holds the key.",
    clearingNeverAbout: "A copied key stays in the clipboard until you copy something else.",
    never: "Never",
    /** @param {number} count */
    seconds: (count) => `${count} s`,
    singleKeys: "Single-letter shortcuts",
    singleKeysAbout: "{search} search, {create} new, {help} shortcuts",
    showShortcuts: "Show shortcuts",
    keychainAbout: "Used by the Save to system keychain button.",
    keychainChecking: "Checking the system keychain",
    keychainStates: { ready: "Ready", locked: "Locked", unavailable: "Not available", failed: "Not working" },
    checkAgain: "Check again",
    data: "Data",
    dataAbout: "Projects, hashes, and the audit log. Contains no keys.",
    /** @param {string} version */
    version: (version) => `Keystile ${version}`,
  },

  shortcuts: {
    title: "Keyboard shortcuts",
    search: "Search keys",
    create: "New key or environment",
    show: "Show shortcuts",
    send: "Send request",
    leave: "Close dialog or menu",
    quit: "Quit",
    keys: { send: "Ctrl Enter", sendOnMac: "⌘ Enter", leave: "Esc", quit: "Ctrl Q", quitOnMac: "⌘ Q" },
    turnedOff: "Single-letter shortcuts are turned off in Settings.",
    done: "Done",
  },
};
