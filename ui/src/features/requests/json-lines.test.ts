import { expect, test } from "vitest";
import { requestFixture } from "../../stores/test-fixtures";
import { toJsonLines } from "./json-lines";

test("each request is one line with its time in UTC", () => {
  const lines = toJsonLines([requestFixture(2, { at: Date.UTC(2026, 8, 3), path: "/a\nb" }), requestFixture(1)]);
  const [first = "", second = "", rest] = lines.split("\n");
  expect(JSON.parse(first)).toMatchObject({ time: "2026-09-03T00:00:00.000Z", path: "/a\nb", status: 200 });
  expect(JSON.parse(second)).toMatchObject({ keyName: "ci-writer", allowed: true, code: "allowed", client: "127.0.0.1" });
  expect(rest).toBe("");
});
