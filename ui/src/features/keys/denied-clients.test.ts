import { expect, test } from "vitest";
import type { LoggedRequest } from "../../host/types/LoggedRequest";
import { requestFixture } from "../../stores/test-fixtures";
import { groupByClient } from "./denied-clients";

const denied = (id: number, client: string | null): LoggedRequest =>
  requestFixture(id, { client, allowed: false, code: "disabled" });

test("denied requests are grouped by client, the last client first", () => {
  const requests = [denied(9, "10.0.0.2"), denied(8, "10.0.0.1"), denied(7, "10.0.0.2"), denied(6, null)];
  expect(groupByClient(requests)).toEqual([
    { client: "10.0.0.2", count: 2, lastAt: 9 },
    { client: "10.0.0.1", count: 1, lastAt: 8 },
    { client: null, count: 1, lastAt: 6 },
  ]);
});

test("requests before the key was disabled are left out", () => {
  const requests = [denied(9, "10.0.0.2"), requestFixture(8), denied(7, "10.0.0.1")];
  expect(groupByClient(requests).map(({ client }) => client)).toEqual(["10.0.0.2"]);
  expect(groupByClient([requestFixture(8)])).toEqual([]);
});
