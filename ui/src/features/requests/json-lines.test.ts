import { expect, test } from "vitest";
import { decisionFixture } from "../../stores/test-fixtures";
import { toJsonLines } from "./json-lines";

test("each decision is one line with its time in UTC", () => {
  const lines = toJsonLines([decisionFixture(2, { at: Date.UTC(2026, 8, 3), path: "/a\nb" }), decisionFixture(1)]);
  const [first = "", second = "", rest] = lines.split("\n");
  expect(JSON.parse(first)).toMatchObject({ time: "2026-09-03T00:00:00.000Z", path: "/a\nb", status: 200 });
  expect(JSON.parse(second)).toMatchObject({ keyName: "ci-writer", allowed: true, code: "allowed" });
  expect(rest).toBe("");
});
