import { beforeEach, describe, expect, test } from "vitest";
import { HostError } from "../src/host-error.js";
import { OneTimePrompt } from "../src/state/one-time-prompt.js";
import { answers, disagreement } from "../src/state/prompt-check.js";

/** @type {import("../src/types/KeyCheck").KeyCheck} */
const readOnly = {
  read: { accepted: true, code: "accepted" },
  write: { accepted: false, code: "insufficient_scope" },
  asPromised: true,
  milliseconds: 3,
};

/** @type {any} */
const shownKey = { ticket: "t", state: "pending", key: "ks_stag_id_secret", environmentId: "e", permissions: ["read"], copied: false };

describe("the check of a new key", () => {
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

  test("a_key_is_checked_once_it_is_copied_and_only_once", async () => {
    expect(called, "a pending key opens nothing").toEqual([]);
    await prompt.copy();
    await prompt.copy();
    expect(called).toEqual(["check t"]);
    expect(answers(/** @type {any} */ (prompt.check.answer)).map(({ words }) => words)).toEqual(["read accepted", "write refused"]);
    expect(disagreement(readOnly, ["read"])).toBeNull();
  });

  test("copy_and_close_wait_for_no_check", async () => {
    host.checkKey = () => new Promise(() => {});
    expect(await prompt.copy()).toBe("copied");
    expect([prompt.busy, prompt.closable]).toEqual([null, true]);
  });

  test("an_answer_that_differs_from_the_permissions_is_named", () => {
    /** @type {import("../src/types/KeyCheck").KeyCheck} */
    const wrong = { ...readOnly, write: { accepted: true, code: "accepted" }, asPromised: false };
    expect(disagreement(wrong, ["read"])).toBe("The check does not agree with the key's permissions: write was accepted.");
    /** @type {import("../src/types/KeyCheck").KeyCheck} */
    const dead = { ...readOnly, read: { accepted: false, code: "revoked" }, asPromised: false };
    expect(disagreement(dead, ["read"])).toBe("The check does not agree with the key's permissions: read was refused: revoked.");
  });

  test("the_check_is_held_against_the_permissions_the_key_was_issued_with", async () => {
    host.copyKey = async () => ({ ...shownKey, copied: true, state: "active", permissions: ["read", "write"] });
    host.checkKey = async () => ({ ...readOnly, write: { accepted: true, code: "accepted" }, asPromised: false });
    await prompt.copy();
    const said = disagreement(/** @type {any} */ (prompt.check.answer), prompt.prompt?.permissions ?? []);
    expect(said, "what somebody wrote into the database meanwhile is what it must find").toContain("write was accepted.");
    expect(said).not.toContain("read was");
  });

  test("a_refusal_for_another_reason_than_the_permission_is_no_promise_kept", () => {
    /** @type {import("../src/types/KeyCheck").KeyCheck} */
    const other = { ...readOnly, write: { accepted: false, code: "unavailable" }, asPromised: false };
    expect(disagreement(other, ["read"])).toContain("write was refused: keys cannot be checked now");
  });

  test("a_check_that_failed_says_so_and_may_be_asked_for_again", async () => {
    host.checkKey = async () => {
      throw new HostError("check_failed", "The check route did not answer.", "Check again.");
    };
    await prompt.copy();
    await Promise.resolve();
    expect(prompt.check.failure?.message).toBe("The check route did not answer.");
    host.checkKey = async () => readOnly;
    await prompt.check.again();
    expect([prompt.check.failure, prompt.check.answer]).toEqual([null, readOnly]);
  });

  test("an_answer_for_a_prompt_that_has_ended_is_dropped", async () => {
    /** @type {(answer: any) => void} */
    let answer = () => {};
    host.checkKey = () => new Promise((resolve) => (answer = resolve));
    await prompt.copy();
    prompt.begin({ ...shownKey, ticket: "t2" });
    answer(readOnly);
    await Promise.resolve();
    expect(prompt.check.answer, "it is about another key").toBeNull();
  });

  test("the_curl_command_takes_the_keys_place_in_the_clipboard_and_close_stays_enabled", async () => {
    await prompt.copy();
    await prompt.copyCurl();
    expect(prompt.said.text).toBe("The curl command replaced the key in the clipboard. Copy again to have the key.");
    expect([prompt.replaced, prompt.closable]).toEqual([true, true]);
    await prompt.copy();
    expect(prompt.replaced).toBe(false);
  });

  test("the_curl_command_enables_no_close_and_claims_no_key", async () => {
    await prompt.copyCurl();
    expect([prompt.closable, prompt.curlCopies, prompt.prompt?.copied]).toEqual([false, 1, false]);
  });

  test("a_curl_command_that_was_not_copied_is_not_said_to_be", async () => {
    host.copyCurl = async () => {
      throw new HostError("copy_failed", "The clipboard refused.");
    };
    await prompt.copyCurl();
    expect([prompt.curlCopies, prompt.said.text]).toEqual([0, "Copying the curl command failed: The clipboard refused."]);
  });

  test("trying_a_key_ends_its_prompt_and_nothing_here_holds_it", async () => {
    await prompt.copy();
    expect((await prompt.tryOut())?.name).toBe("reader");
    expect(prompt.open).toBe(false);
    expect(JSON.stringify({ ...prompt, host: null, check: { ...prompt.check, host: null } })).not.toContain("secret");
  });

  test("a_key_that_cannot_be_tried_keeps_its_prompt", async () => {
    host.tryKey = async () => {
      throw new HostError("not_copied", "The key was not copied yet.", "Copy it.");
    };
    expect(await prompt.tryOut()).toBeNull();
    expect([prompt.open, prompt.said.text]).toEqual([true, "The key was not copied yet. Copy it."]);
  });
});
