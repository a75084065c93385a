import { beforeEach, describe, expect, test } from "vitest";
import { HostError } from "../src/host-error.js";
import { OneTimePrompt } from "../src/state/one-time-prompt.js";

/** @type {import("../src/types/Prompt").Prompt} */
const shownKey = {
  ticket: "t",
  state: "pending",
  key: "ks_stag_id_secret",
  keyId: "id",
  prefix: "ks_stag",
  name: "ci-writer",
  permissions: ["read", "write"],
  projectId: "p",
  projectName: "Acme Shop",
  environmentId: "e",
  environmentName: "staging",
  stage: "staging",
  copied: false,
  keychain: false,
  activated: false,
};

describe("the one-time prompt", () => {
  /** @type {string[]} */
  let called;
  /** @type {any} */
  let host;
  /** @type {OneTimePrompt} */
  let prompt;

  beforeEach(() => {
    called = [];
    host = {
      copyKey: async () => (called.push("copy"), { ...shownKey, copied: true, state: "active" }),
      closePrompt: async () => (called.push("close"), { environmentId: "e", keyId: "id" }),
      discardKey: async () => (called.push("discard"), null),
      revealKey: async () => shownKey,
      saveKey: async () => ({ ...shownKey, keychain: true }),
      issueKey: async (/** @type {any} */ fields) => (called.push(`issue ${fields.name} ${fields.write}`), { ...shownKey, ticket: "t2" }),
    };
    prompt = new OneTimePrompt(host, () => {});
    prompt.begin(shownKey);
  });

  test("close_is_enabled_only_after_rust_has_copied", async () => {
    expect(prompt.closable).toBe(false);
    await prompt.copy();
    expect(prompt.closable).toBe(true);
    expect(prompt.said.text).toBe("Copied. Close is enabled.");
  });

  test("a_failed_copy_says_so_and_leaves_close_disabled", async () => {
    host.copyKey = async () => {
      throw new HostError("copy_failed", "The clipboard refused.", "Try again.");
    };
    expect(await prompt.copy()).toBe("failed");
    expect(prompt.closable).toBe(false);
    expect(prompt.said.text).toBe("Copying failed: The clipboard refused. Try again.");
  });

  test("a_second_copy_that_fails_does_not_take_close_away", async () => {
    await prompt.copy();
    host.copyKey = async () => {
      throw new HostError("copy_failed", "The clipboard refused.");
    };
    await prompt.copy();
    expect(prompt.closable, "once enabled, Close stays enabled").toBe(true);
  });

  test("copying_twice_at_once_asks_rust_once", async () => {
    await Promise.all([prompt.copy(), prompt.copy()]);
    expect(called).toEqual(["copy"]);
  });

  test("a_refused_close_keeps_the_prompt_and_the_key", async () => {
    host.closePrompt = async () => {
      throw new HostError("not_copied", "The key was not copied yet.", "Copy it.");
    };
    expect(await prompt.close()).toBeNull();
    expect(prompt.prompt?.key).toBe(shownKey.key);
  });

  test("after_close_nothing_here_holds_the_key", async () => {
    await prompt.copy();
    expect(await prompt.close()).toEqual({ projectId: "p", environmentId: "e", keyId: "id" });
    expect(JSON.stringify({ ...prompt, host: null })).not.toContain("secret");
  });

  test("a_part_copied_by_hand_is_named_and_does_not_enable_close", () => {
    prompt.copiedPart();
    expect(prompt.said.text).toBe("Only part of the key was copied. Close stays disabled.");
    expect(prompt.closable).toBe(false);
  });

  test("a_key_revoked_elsewhere_is_replaced_and_may_be_made_again", async () => {
    host.revealKey = async () => ({ ...shownKey, key: null, state: "revoked" });
    await prompt.refresh();
    expect(prompt.deadSentence).toBe("This key has been revoked.");
    expect(prompt.closable, "a dead key guards nothing").toBe(true);
    await prompt.createAgain();
    expect(called).toContain("issue ci-writer true");
    expect([prompt.prompt?.ticket, prompt.closable]).toEqual(["t2", false]);
  });

  test("a_ticket_that_has_ended_counts_as_revoked", async () => {
    host.revealKey = async () => {
      throw new HostError("no_ticket", "This prompt has ended.");
    };
    await prompt.refresh();
    expect(prompt.dead).toBe(true);
    host.closePrompt = host.revealKey;
    expect(await prompt.close(), "the way out is open even so").not.toBeNull();
  });

  test("a_busy_database_does_not_kill_the_prompt", async () => {
    host.revealKey = async () => {
      throw new HostError("database_busy", "The database is busy.");
    };
    await prompt.refresh();
    expect(prompt.dead).toBe(false);
  });

  test("a_keychain_that_hangs_keeps_nobody_from_copying_and_closing", async () => {
    /** @type {(answer: any) => void} */
    let wakes = () => {};
    host.saveKey = () => new Promise((resolve) => (wakes = resolve));
    const saving = prompt.save();
    expect(await prompt.copy(), "Copy does not wait for the keychain").toBe("copied");
    wakes({ ...shownKey, key: null, keychain: true });
    await saving;
    expect(prompt.closable, "an older answer takes no copy back").toBe(true);
    expect(prompt.prompt?.keychain, "what the keychain said counts").toBe(true);
    expect(await prompt.close()).not.toBeNull();
  });

  test("an_answer_without_the_key_leaves_the_key_on_screen", async () => {
    host.copyKey = async () => ({ ...shownKey, key: null, copied: true, state: "active" });
    await prompt.copy();
    expect(prompt.prompt?.key, "Rust sends the key once; the screen keeps it until Close").toBe(shownKey.key);
    expect(prompt.dead).toBe(false);
  });
});
