import { expect, test } from "vitest";
import { parseRoute } from "../../routes";
import { environmentFixture, projectFixture } from "../../stores/test-fixtures";
import { formatTitle, routeTitle } from "./route-title";

const project = projectFixture("p");
const environment = environmentFixture("e");

const titleOf = (href: string, found: typeof environment | null = environment) =>
  formatTitle(
    routeTitle({
      navigation: { route: parseRoute(href), project },
      environments: { find: () => found },
    } as unknown as Parameters<typeof routeTitle>[0]),
  );

test("title names the place, from the page to the application", () => {
  expect(titleOf("#/projects/p/environments/e/keys")).toBe("API Keys – staging – Acme Shop – Keystile");
  expect(titleOf("#/projects/p/environments/e")).toBe("Overview – staging – Acme Shop – Keystile");
  expect(titleOf("#/projects/p/environments")).toBe("Environments – Acme Shop – Keystile");
  expect(titleOf("#/settings")).toBe("Settings – Keystile");
  expect(titleOf("#/")).toBe("Keystile");
});

test("title leaves out an environment that is not known yet", () => {
  expect(titleOf("#/projects/p/environments/e/keys", null)).toBe("API Keys – Acme Shop – Keystile");
});
