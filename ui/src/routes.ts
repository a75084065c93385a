/** The routes of the window, kept in the fragment of its address, so that reload, back, and forward work. */

const TABS = ["overview", "keys", "gateway", "playground"] as const;

export type Tab = (typeof TABS)[number];

export type Route =
  | { page: "start" }
  | { page: "environments"; projectId: string }
  | { page: "environment"; projectId: string; environmentId: string; tab: Tab }
  | { page: "settings" };

const START: Route = { page: "start" };

/** Parses a fragment with or without its `#`. An invalid one is the start. */
export function parseRoute(fragment: string): Route {
  const parts = fragment.replace(/^#/, "").split("/").filter(Boolean).map(safeDecode);
  const [head, projectId, middle, environmentId, tabName, ...rest] = parts;
  if (parts.includes(null) || rest.length > 0) return START;
  if (head === "settings" && projectId === undefined) return { page: "settings" };
  if (head !== "projects" || !projectId || middle !== "environments") return START;
  if (!environmentId) return { page: "environments", projectId };
  if (tabName === undefined) return { page: "environment", projectId, environmentId, tab: "overview" };
  const tab = TABS.find((name) => name === tabName && name !== "overview"); // the overview has no name in the address
  return tab ? { page: "environment", projectId, environmentId, tab } : START;
}

/** Formats a route as a fragment with its `#`. */
export function routeHref(route: Route): string {
  switch (route.page) {
    case "start":
      return "#/";
    case "settings":
      return settingsHref;
    case "environments":
      return environmentsHref(route.projectId);
    case "environment":
      return environmentHref(route.projectId, route.environmentId, route.tab);
  }
}

export const settingsHref = "#/settings";

export const environmentsHref = (projectId: string): string =>
  `#/projects/${encodeURIComponent(projectId)}/environments`;

export const overviewHref = (projectId: string, environmentId: string): string =>
  environmentHref(projectId, environmentId, "overview");

export const keysHref = (projectId: string, environmentId: string): string =>
  environmentHref(projectId, environmentId, "keys");

export const gatewayHref = (projectId: string, environmentId: string): string =>
  environmentHref(projectId, environmentId, "gateway");

export const playgroundHref = (projectId: string, environmentId: string): string =>
  environmentHref(projectId, environmentId, "playground");

function environmentHref(projectId: string, environmentId: string, tab: Tab): string {
  const base = `${environmentsHref(projectId)}/${encodeURIComponent(environmentId)}`;
  return tab === "overview" ? base : `${base}/${tab}`;
}

function safeDecode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null; // an invalid escape
  }
}
