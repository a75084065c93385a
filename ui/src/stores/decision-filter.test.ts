import { expect, test } from "vitest";
import { type DecisionFilter, filterDecisions, isFiltered, listedKeys, NO_FILTER } from "./decision-filter";
import { decisionFixture } from "./test-fixtures";

const list = [
  decisionFixture(4, { method: "POST", path: "/orders", allowed: false, code: "insufficient_scope", status: 403 }),
  decisionFixture(3, { keyId: null, keyName: null, allowed: false, code: "missing_key", status: 401 }),
  decisionFixture(2, { keyId: "b", keyName: "Anna", status: 500 }),
  decisionFixture(1),
];

const shown = (filter: Partial<DecisionFilter>) =>
  filterDecisions(list, { ...NO_FILTER, ...filter }).map(({ id }) => id);

test.each<[string, Partial<DecisionFilter>, number[]]>([
  ["nothing", {}, [4, 3, 2, 1]],
  ["allowed requests", { outcome: "allowed" }, [2, 1]],
  ["denied requests", { outcome: "denied" }, [4, 3]],
  ["one key", { key: "key:b" }, [2]],
  ["requests without a key", { key: "none" }, [3]],
  ["the path", { text: "ORDERS" }, [4]],
  ["the status", { text: "403" }, [4]],
  ["the reason", { text: "needs write" }, [4]],
  ["words in any order", { text: "products anna" }, [2]],
  ["all of them", { outcome: "denied", key: "none", text: "get" }, [3]],
])("filter applies to %s", (_, filter, ids) => expect(shown(filter)).toEqual(ids));

test("blank text is no filter", () => {
  expect(isFiltered({ ...NO_FILTER, text: "  " })).toBe(false);
  expect(isFiltered({ ...NO_FILTER, key: "none" })).toBe(true);
});

test("keys are listed once and by name", () => {
  expect(listedKeys(list).map(({ name }) => name)).toEqual(["Anna", "ci-writer"]);
});
