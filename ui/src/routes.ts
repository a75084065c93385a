/** The routes of the window, kept in the fragment of its address, so that reload, back, and forward work. */

import type { Environment } from "./host/types/Environment";
import type { Tab } from "./host/types/Tab";

export type { Tab };

/** The pages of an environment, in their order. */
export const TABS: readonly Tab[] = ["overview", "keys", "gateway", "playground"];

const GATEWAY_SECTIONS = ["traffic", "rules", "connect"] as const;

/** The parts of the Gateway tab. */
export type GatewaySection = (typeof GATEWAY_SECTIONS)[number];

export type Route =
  | { page: "start" }
  | { page: "environments"; projectId: string }
  | {
      page: "environment";
      projectId: string;
      environmentId: string;
      tab: Tab;
      /** Only in the Gateway tab; absent for its first part. */
      section?: Exclude<GatewaySection, "traffic">;
    }
  | { page: "settings" };

const START: Route = { page: "start" };

/** Parses a fragment with or without its `#`. An invalid one is the start. */
export function parseRoute(fragment: string): Route {
  const parts = fragment.replace(/^#/, "").split("/").filter(Boolean).map(safeDecode);
  const [head, projectId, middle, environmentId, tabName, sectionName, ...rest] = parts;
  if (parts.includes(null) || rest.length > 0) return START;
  if (head === "settings" && projectId === undefined) return { page: "settings" };
  if (head !== "projects" || !projectId || middle !== "environments") return START;
  if (!environmentId) return { page: "environments", projectId };
  if (tabName === undefined) return { page: "environment", projectId, environmentId, tab: "overview" };
  const tab = TABS.find((name) => name === tabName && name !== "overview"); // the overview has no name in the address
  if (!tab) return START;
  const route: Route = { page: "environment", projectId, environmentId, tab };
  if (sectionName === undefined) return route;
  const section = GATEWAY_SECTIONS.find((name) => tab === "gateway" && name === sectionName);
  if (section === undefined) return START;
  return section === "traffic" ? route : { ...route, section };
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
      if (route.section) return gatewayHref(route.projectId, route.environmentId, route.section);
      return environmentHref(route.projectId, route.environmentId, route.tab);
  }
}

export const settingsHref = "#/settings";

export const environmentsHref = (projectId: string): string =>
  `#/projects/${encodeURIComponent(projectId)}/environments`;

/** Where an environment opens: at its keys, or at the next steps while there are none. */
export const environmentHomeHref = ({ projectId, id, activeKeys }: Environment): string =>
  environmentHref(projectId, id, activeKeys > 0 ? "keys" : "overview");

export const overviewHref = (projectId: string, environmentId: string): string =>
  environmentHref(projectId, environmentId, "overview");

export const keysHref = (projectId: string, environmentId: string): string =>
  environmentHref(projectId, environmentId, "keys");

export function gatewayHref(projectId: string, environmentId: string, section: GatewaySection = "traffic"): string {
  const base = environmentHref(projectId, environmentId, "gateway");
  return section === "traffic" ? base : `${base}/${section}`;
}

export const playgroundHref = (projectId: string, environmentId: string): string =>
  environmentHref(projectId, environmentId, "playground");

export function environmentHref(projectId: string, environmentId: string, tab: Tab): string {
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
