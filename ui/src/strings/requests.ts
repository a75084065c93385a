/** The request log and the details of a request. */
import { formatCount } from "../lib/format/number";
import { REASONS, REASONS_ONCE_ALLOWED } from "./decision-reasons";
import { STATUSES } from "./http-statuses";
import { plural } from "./plural";

export const decisions = {
  title: "Recent requests",
  columns: {
    time: "Time",
    method: "Method",
    path: "Path",
    status: "Status",
    duration: "Duration",
    client: "Client",
    key: "Key",
    result: "Result",
  },
  outcome: "Result",
  outcomes: { all: "All", allowed: "Allowed", denied: "Denied" },
  allKeys: "All keys",
  withoutKey: "Without a key",
  search: "Search requests",
  noMatch: "No requests match.",
  clearFilters: "Clear filters",
  copyRows: "Copy as JSON Lines",
  requests: (count: number) => plural(count, "# request", "# requests"),
  matching: (count: number) => plural(count, "# matching request", "# matching requests"),
  kept: "Keystile keeps the last 10,000 requests of each environment, from every gateway, service, and program that uses its keys.",
  unlogged: (count: number) => plural(count, "# request not logged", "# requests not logged"),
  unloggedAbout: "After a burst of 1,000, at most 500 allowed and 500 denied requests a second are logged.",
  details: "Request details",
  closeDetails: "Close details",
  facts: {
    time: "Time",
    duration: "Duration",
    access: "Required access",
    key: "Key",
    keyId: "Key ID",
    code: "Code",
    client: "Client",
    removedHeaders: "Headers removed",
    source: "Decided by",
  },
  removedHeadersAbout: "Only a proxy may set these headers, so your API didn't receive them from the client.",
  sources: { gateway: "Gateway", service: "HTTP service", library: "Library" },
  unknownStatus: "Only your API and its proxy know the status",
  accessNeeded: { open: "None: public route", read: "Read", write: "Write" },
  showKey: "Show in API Keys",
  changeRules: "Route rules",
  copyCurl: "Copy as curl",
  statuses: STATUSES,
  statusClasses: { 1: "Informational", 2: "Success", 3: "Redirect", 4: "Client error", 5: "Server error" } as Record<
    number,
    string
  >,
  pause: "Pause",
  resume: "Resume",
  emptyTitle: "No requests yet",
  emptyAbout: "Send one to {address}. The curl command prompts for the key, so it isn't saved in your shell history.",
  emptyStopped: "Start the gateway, then send a request.",
  openPlayground: "Open the Playground",
  paused: (count: number, max: number) => {
    if (count === 0) return "Paused";
    return `Paused · ${formatCount(count)}${count >= max ? "+" : ""} new`;
  },
  summary: ({ allowed, denied, isMore }: { allowed: number; denied: number; isMore: boolean }) => {
    if (isMore) return `More than ${plural(allowed + denied, "# request", "# requests")}.`;
    const parts = [allowed > 0 ? `${formatCount(allowed)} allowed` : "", denied > 0 ? `${formatCount(denied)} denied` : ""];
    return `${plural(allowed + denied, "# request", "# requests")}: ${parts.filter(Boolean).join(", ")}.`;
  },
  publicRoute: "Public route",
  unknownKey: "–",
  allowed: "Allowed",
  responded: (decision: string, status: number, duration: string) => `${decision} · ${status} · ${duration}`,
  allowedBut: (problem: string) => `Allowed, ${problem}`,
  clientDisconnected: "client disconnected",
  denied: (reason: string) => `Denied: ${reason}`,
  reasons: REASONS,
  reasonsOnceAllowed: REASONS_ONCE_ALLOWED,
};
