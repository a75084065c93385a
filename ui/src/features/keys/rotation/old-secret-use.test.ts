import { expect, test } from "vitest";
import { secretFixture } from "../../../stores/test-fixtures";
import { oldSecretUse } from "./old-secret-use";

const CURRENT = secretFixture({ isCurrent: true, allowed: 99, lastUsedAt: 9, lastClient: "10.0.0.9" });

test("key without an old secret has no use of one", () => {
  expect(oldSecretUse([CURRENT])).toBeNull();
});

test("use counts allowed and denied requests with the old secret only", () => {
  const old = secretFixture({ allowed: 13, denied: 1, lastUsedAt: 5, lastClient: "10.0.0.7" });
  expect(oldSecretUse([CURRENT, old])).toEqual({ lastUsedAt: 5, lastClient: "10.0.0.7", requests: 14 });
});

test("use of several old secrets has the last client of all", () => {
  const first = secretFixture({ allowed: 1, lastUsedAt: 3, lastClient: "10.0.0.1" });
  const second = secretFixture({ allowed: 2, lastUsedAt: 4, lastClient: null });
  expect(oldSecretUse([CURRENT, first, second])).toEqual({ lastUsedAt: 4, lastClient: null, requests: 3 });
});

test("unused old secret has no last use", () => {
  expect(oldSecretUse([CURRENT, secretFixture()])).toEqual({ lastUsedAt: null, lastClient: null, requests: 0 });
});
