import { beforeEach, describe, expect, test } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { KeyCheck } from "../host/types/KeyCheck";
import { PermissionTest, permissionMismatch, permissionResults } from "./permission-test";
import { deferred } from "./test-fixtures";

const readOnly: KeyCheck = {
  read: { allowed: true, code: "allowed" },
  write: { allowed: false, code: "insufficient_scope" },
  asExpected: true,
  milliseconds: 3,
};

describe("running", () => {
  let tickets: string[];
  let checkKey: Host["checkKey"];
  let permissionTest: PermissionTest;

  beforeEach(() => {
    tickets = [];
    checkKey = async () => readOnly;
    const host: Pick<Host, "checkKey"> = {
      checkKey: (fields) => {
        tickets.push(fields.ticket);
        return checkKey(fields);
      },
    };
    permissionTest = new PermissionTest(host, () => 1234);
  });

  test("key is tested once", async () => {
    await permissionTest.runOnce("t");
    await permissionTest.runOnce("t");
    expect(tickets).toEqual(["t"]);
    expect([permissionTest.result, permissionTest.finishedAt]).toEqual([readOnly, 1234]);
  });

  test("failed test can be repeated", async () => {
    checkKey = () => Promise.reject(new CommandError("check_failed", "The check route did not respond."));
    await permissionTest.runOnce("t");
    expect(permissionTest.error?.message).toBe("The check route did not respond.");
    checkKey = async () => readOnly;
    await permissionTest.retry();
    expect([permissionTest.error, permissionTest.result]).toEqual([null, readOnly]);
  });

  test("successful test is not repeated", async () => {
    await permissionTest.runOnce("t");
    await permissionTest.retry();
    expect(tickets).toEqual(["t"]);
  });

  test("result for another key is dropped", async () => {
    const response = deferred<KeyCheck>();
    checkKey = () => response.promise;
    const running = permissionTest.runOnce("t");
    permissionTest.reset();
    response.resolve(readOnly);
    await running;
    expect([permissionTest.isRunning, permissionTest.result]).toEqual([false, null]);
  });
});

describe("comparing with the permissions at issue", () => {
  const sentence = (result: string) =>
    `The test result doesn't match the key's permissions: ${result}. Discard or revoke this key, and check the log.`;

  test("expected results are no mismatch", () => {
    expect(permissionResults(readOnly).map(({ text }) => text)).toEqual(["Read allowed", "Write denied"]);
    expect(permissionMismatch(readOnly, ["read"])).toBeNull();
  });

  test("unexpected permission is named", () => {
    const check: KeyCheck = { ...readOnly, write: { allowed: true, code: "allowed" }, asExpected: false };
    expect(permissionMismatch(check, ["read"])).toBe(sentence("Write allowed"));
  });

  test("missing permission is named with its reason", () => {
    const check: KeyCheck = { ...readOnly, read: { allowed: false, code: "revoked" }, asExpected: false };
    expect(permissionMismatch(check, ["read"])).toBe(sentence("Read denied (key revoked)"));
  });

  test("denial for another reason is a mismatch", () => {
    const check: KeyCheck = { ...readOnly, write: { allowed: false, code: "unavailable" }, asExpected: false };
    const results = "Read allowed, Write denied (key verification unavailable)";
    expect(permissionMismatch(check, ["read"])).toBe(sentence(results));
  });
});
