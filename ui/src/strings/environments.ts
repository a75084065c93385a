/** The list of environments, the header and the dialog of one, and the dialog that deletes it or its project. */
import { plural } from "./plural";

export const environments = {
  title: "Environments",
  about: "Each key works in one environment only.",
  new: "New environment",
  emptyTitle: "No environments yet",
  emptyAbout: "An environment is one deployment of your API, such as development, staging, or production.",
  apiKeys: "API Keys",
  gateway: "Gateway",
  search: "Search environments",
  noMatch: "No environments match.",
  columns: { name: "Name", endpoint: "Endpoint", keys: "Active keys", lastRequest: "Last request", actions: "Actions" },
  keyCount: (count: number) => plural(count, "# key", "# keys"),
  noKeys: "No keys",
  neverUsed: "Never",
};

export const environment = {
  breadcrumb: "Breadcrumb",
  tabs: { overview: "Overview", keys: "API Keys", gateway: "Gateway", playground: "Playground" },
  gatewayOn: (address: string) => `Gateway on ${address}`,
  gatewayUrl: (address: string) => (address.startsWith("unix:") ? address : `http://${address}`),
  gatewayStopped: "Gateway stopped",
  copyGatewayUrl: "Copy the gateway URL",
  copyLink: "Copy link",
  stages: { development: "Development", staging: "Staging", production: "Production" },
  inProduction: (name: string) => `${name} (production)`,
};

export const environmentDialog = {
  newTitle: "New environment",
  editTitle: "Edit environment",
  about: (project: string) => `Project: ${project}`,
  name: "Environment name",
  prefix: "Prefix",
  editPrefix: "Edit prefix",
  keysWillLookLike: "Keys will look like {example}",
  /** The prefix names one stage, and the environment has another one. */
  otherStage: (named: string, stage: string) =>
    `This prefix looks like ${named.toLowerCase()}, but the stage is ${stage}.`,
  keysLookLike: "Keys look like {example}. The prefix can't change once a key exists.",
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
  defaultDays: "New keys expire",
  maxDays: "Maximum lifetime",
  never: "Never",
  unlimited: "Unlimited",
  afterDays: (days: number) => `After ${plural(days, "# day", "# days")}`,
  otherDays: "Other",
  limitedDays: "At most",
  days: "days",
  defaultDaysNumber: "Days until new keys expire",
  maxDaysNumber: "Maximum lifetime in days",
  lifetimesHint: "Existing keys are not changed.",
};
