/** Titles of pages: the place, from the page to the application. */
import type { Route } from "../../routes";
import type { Stores } from "../../stores";
import { strings } from "../../strings";

/** Returns the parts of a page's title, most specific first, without the application. */
export function routeTitle({ navigation, environments }: Pick<Stores, "navigation" | "environments">): string[] {
  const { route, project } = navigation;
  switch (route.page) {
    case "settings":
      return [strings.sidebar.settings];
    case "start":
      return [];
    case "environments":
      return [strings.environments.title, ...named(project?.name)];
    case "environment":
      return [
        strings.environment.tabs[route.tab],
        ...named(environmentName(route, environments)),
        ...named(project?.name),
      ];
  }
}

/** Joins the parts of a title with the application's name. */
export const formatTitle = (parts: string[]): string => [...parts, strings.general.name].join(" – ");

function environmentName(
  { projectId, environmentId }: Extract<Route, { page: "environment" }>,
  environments: Stores["environments"],
): string | undefined {
  return environments.find(projectId, environmentId)?.name;
}

const named = (name: string | undefined): string[] => (name === undefined ? [] : [name]);
