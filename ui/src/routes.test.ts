import { expect, test } from "vitest";
import {
  environmentsHref,
  gatewayHref,
  keysHref,
  overviewHref,
  parseRoute,
  playgroundHref,
  type Route,
  routeHref,
  settingsHref,
} from "./routes";

const environment = { page: "environment", projectId: "p", environmentId: "e" } as const;

test.each<[string, Route]>([
  ["#/projects/p/environments", { page: "environments", projectId: "p" }],
  ["#/projects/p/environments/e", { ...environment, tab: "overview" }],
  ["#/projects/p/environments/e/keys", { ...environment, tab: "keys" }],
  ["#/projects/p/environments/e/gateway", { ...environment, tab: "gateway" }],
  ["#/projects/p/environments/e/gateway/rules", { ...environment, tab: "gateway", section: "rules" }],
  ["#/projects/p/environments/e/gateway/connect", { ...environment, tab: "gateway", section: "connect" }],
  ["#/projects/p/environments/e/playground", { ...environment, tab: "playground" }],
  ["#/settings", { page: "settings" }],
  ["#/", { page: "start" }],
])("route is parsed and formatted: %s", (fragment, route) => {
  expect(parseRoute(fragment)).toEqual(route);
  expect(routeHref(route)).toBe(fragment);
});

test.each([
  "",
  "#",
  "#/nowhere",
  "#/projects/p",
  "#/projects/p/environments/e/usage",
  "#/projects/p/environments/e/overview",
  "#/projects/p/environments/e/keys/k",
  "#/projects/p/environments/e/keys/rules",
  "#/projects/p/environments/e/gateway/nowhere",
  "#/projects/p/environments/e/gateway/rules/1",
  "#/settings/x",
  "#/projects/%zz/environments",
])("invalid fragment is the start: %s", (fragment) => expect(parseRoute(fragment)).toEqual({ page: "start" }));

test.each([
  environmentsHref("p"),
  overviewHref("p", "e"),
  keysHref("p", "e"),
  gatewayHref("p", "e"),
  gatewayHref("p", "e", "rules"),
  playgroundHref("p", "e"),
  settingsHref,
])("link is the address of its route: %s", (href) => expect(routeHref(parseRoute(href))).toBe(href));

test("traffic is the first part of the gateway and needs no name", () => {
  const traffic = parseRoute("#/projects/p/environments/e/gateway/traffic");
  expect(routeHref(traffic)).toBe("#/projects/p/environments/e/gateway");
});

test("id with a slash is escaped", () => {
  expect(parseRoute(keysHref("a/b", "c#d"))).toEqual({
    page: "environment",
    projectId: "a/b",
    environmentId: "c#d",
    tab: "keys",
  });
});
