import { beforeEach, describe, expect, test } from "vitest";
import { HostError } from "../src/host-error.js";
import { OneTimePrompt } from "../src/state/one-time-prompt.js";
import { mismatch, results } from "../src/state/prompt-check.js";

/** @type {import("../src/types/KeyCheck").KeyCheck} */
const readOnly = {
  read: { allowed: true, code: "allowed" },
  write: { allowed: false, code: "insufficient_scope" },
  asExpected: true,
  milliseconds: 3,
};

const sentence = (/** @type {string} */ result) =>
  `The test result doesn't match the key's permissions: ${result}. Discard this key and check the log.`;

/** @type {any} */
const shownKey = { ticket: "t", state: "pending", key: "ks_stag_id_secret", environmentId: "e", permissions: ["read"], copied: false };

describe("the test of a new key", () => {
  /** @type {string[]} */
  let called;
  /** @type {any} */
  let host;
  /** @type {OneTimePrompt} */
  let prompt;

  beforeEach(() => {
    called = [];
    host = {
      copyKey: async () => ({ ...shownKey, copied: true, state: "active" }),
      checkKey: async (/** @type {any} */ { ticket }) => (called.push(`check ${ticket}`), readOnly),
      copyCurl: async () => (called.push("curl"), null),
      tryKey: async () => ({ keyId: "id", name: "reader", projectId: "p", environmentId: "e" }),
    };
    prompt = new OneTimePrompt(host, () => {});
    prompt.begin(shownKey);
  });

  test("key_is_tested_once_after_the_first_copy", async () => {
    expect(called, "a pending key cannot be tested").toEqual([]);
    await prompt.copy();
    await prompt.copy();
    expect(called).toEqual(["check t"]);
    expect(results(/** @type {any} */ (prompt.check.result)).map(({ text }) => text)).toEqual(["Read allowed", "Write denied"]);
    expect(mismatch(readOnly, ["read"])).toBeNull();
  });

  test("copy_and_close_do_not_wait_for_the_test", async () => {
    host.checkKey = () => new Promise(() => {});
    expect(await prompt.copy()).toBe("copied");
    expect([prompt.busy, prompt.closable]).toEqual([null, true]);
  });

  test("result_that_differs_from_the_permissions_is_named", () => {
    /** @type {import("../src/types/KeyCheck").KeyCheck} */
    const wrong = { ...readOnly, write: { allowed: true, code: "allowed" }, asExpected: false };
    expect(mismatch(wrong, ["read"])).toBe(sentence("Write allowed"));
    /** @type {import("../src/types/KeyCheck").KeyCheck} */
    const dead = { ...readOnly, read: { allowed: false, code: "revoked" }, asExpected: false };
    expect(mismatch(dead, ["read"])).toBe(sentence("Read denied (key revoked)"));
  });

  test("test_compares_with_the_permissions_at_issue", async () => {
    host.copyKey = async () => ({ ...shownKey, copied: true, state: "active", permissions: ["read", "write"] });
    host.checkKey = async () => ({ ...readOnly, write: { allowed: true, code: "allowed" }, asExpected: false });
    await prompt.copy();
    const warning = mismatch(/** @type {any} */ (prompt.check.result), prompt.prompt?.permissions ?? []);
    expect(warning, "a change in the database must be found").toContain("Write allowed");
    expect(warning).not.toContain("Read");
  });

  test("denial_for_another_reason_is_a_mismatch", () => {
    /** @type {import("../src/types/KeyCheck").KeyCheck} */
    const other = { ...readOnly, write: { allowed: false, code: "unavailable" }, asExpected: false };
    expect(mismatch(other, ["read"])).toContain("Write denied (key verification unavailable)");
  });

  test("failed_test_can_be_repeated", async () => {
    host.checkKey = async () => {
      throw new HostError("check_failed", "The check route did not respond.", "Check again.");
    };
    await prompt.copy();
    await Promise.resolve();
    expect(prompt.check.failure?.message).toBe("The check route did not respond.");
    host.checkKey = async () => readOnly;
    await prompt.check.again();
    expect([prompt.check.failure, prompt.check.result]).toEqual([null, readOnly]);
  });

  test("result_of_a_closed_prompt_is_dropped", async () => {
    /** @type {(response: any) => void} */
    let respond = () => {};
    host.checkKey = () => new Promise((resolve) => (respond = resolve));
    await prompt.copy();
    prompt.begin({ ...shownKey, ticket: "t2" });
    respond(readOnly);
    await Promise.resolve();
    expect(prompt.check.result, "it belongs to another key").toBeNull();
  });

  test("copied_curl_command_replaces_the_key_and_keeps_close_enabled", async () => {
    await prompt.copy();
    await prompt.copyCurl();
    expect(prompt.message.text).toBe("The curl command replaced the key in the clipboard. Press Copy again to copy the key.");
    expect([prompt.replaced, prompt.closable]).toEqual([true, true]);
    await prompt.copy();
    expect(prompt.replaced).toBe(false);
  });

  test("copied_curl_command_neither_claims_the_key_nor_enables_close", async () => {
    await prompt.copyCurl();
    expect([prompt.closable, prompt.curlCopies, prompt.prompt?.copied]).toEqual([false, 1, false]);
  });

  test("failed_curl_copy_is_reported", async () => {
    host.copyCurl = async () => {
      throw new HostError("copy_failed", "The clipboard refused.");
    };
    await prompt.copyCurl();
    expect([prompt.curlCopies, prompt.message.text]).toEqual([0, "Couldn't copy the curl command. The clipboard refused."]);
  });

  test("trying_a_key_ends_its_prompt_and_forgets_the_key", async () => {
    await prompt.copy();
    expect((await prompt.tryOut())?.name).toBe("reader");
    expect(prompt.open).toBe(false);
    expect(JSON.stringify({ ...prompt, host: null, check: { ...prompt.check, host: null } })).not.toContain("secret");
  });

  test("failed_trial_keeps_the_prompt", async () => {
    host.tryKey = async () => {
      throw new HostError("not_copied", "The key was not copied yet.", "Copy it.");
    };
    expect(await prompt.tryOut()).toBeNull();
    expect([prompt.open, prompt.message.text]).toEqual([true, "The key was not copied yet. Copy it."]);
  });
});
