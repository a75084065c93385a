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

  test("copy_enables_close", async () => {
    expect(prompt.closable).toBe(false);
    await prompt.copy();
    expect(prompt.closable).toBe(true);
    expect(prompt.message.text).toBe("Copied to the clipboard.");
  });

  test("failed_copy_is_reported_and_leaves_close_disabled", async () => {
    host.copyKey = async () => {
      throw new HostError("copy_failed", "The clipboard refused.", "Try again.");
    };
    expect(await prompt.copy()).toBe("failed");
    expect(prompt.closable).toBe(false);
    expect(prompt.message.text).toBe("Copy failed. The clipboard refused. Try again.");
  });

  test("failed_second_copy_keeps_close_enabled", async () => {
    await prompt.copy();
    host.copyKey = async () => {
      throw new HostError("copy_failed", "The clipboard refused.");
    };
    await prompt.copy();
    expect(prompt.closable, "once enabled, Close must not be disabled").toBe(true);
  });

  test("concurrent_copies_call_rust_once", async () => {
    await Promise.all([prompt.copy(), prompt.copy()]);
    expect(called).toEqual(["copy"]);
  });

  test("failed_close_keeps_the_prompt_and_the_key", async () => {
    host.closePrompt = async () => {
      throw new HostError("not_copied", "The key was not copied yet.", "Copy it.");
    };
    expect(await prompt.close()).toBeNull();
    expect(prompt.prompt?.key).toBe(shownKey.key);
  });

  test("close_forgets_the_key", async () => {
    await prompt.copy();
    expect(await prompt.close()).toEqual({ projectId: "p", environmentId: "e", keyId: "id" });
    expect(JSON.stringify({ ...prompt, host: null })).not.toContain("secret");
  });

  test("partial_copy_is_reported_and_leaves_close_disabled", () => {
    prompt.copiedPart();
    expect(prompt.message.text).toBe("You copied only part of the key. Press Copy to copy all of it.");
    expect(prompt.closable).toBe(false);
  });

  test("key_revoked_elsewhere_can_be_created_again", async () => {
    host.revealKey = async () => ({ ...shownKey, key: null, state: "revoked" });
    await prompt.refresh();
    expect(prompt.deadSentence).toBe("This key has been revoked.");
    expect(prompt.closable, "a revoked key needs no copy").toBe(true);
    await prompt.createAgain();
    expect(called).toContain("issue ci-writer true");
    expect([prompt.prompt?.ticket, prompt.closable]).toEqual(["t2", false]);
  });

  test("unknown_ticket_counts_as_revoked", async () => {
    host.revealKey = async () => {
      throw new HostError("unknown_ticket", "This prompt has ended.");
    };
    await prompt.refresh();
    expect(prompt.dead).toBe(true);
    host.closePrompt = host.revealKey;
    expect(await prompt.close(), "Close must still work").not.toBeNull();
  });

  test("busy_database_keeps_the_prompt", async () => {
    host.revealKey = async () => {
      throw new HostError("database_busy", "The database is busy.");
    };
    await prompt.refresh();
    expect(prompt.dead).toBe(false);
  });

  test("hung_keychain_does_not_block_copy_and_close", async () => {
    /** @type {(response: any) => void} */
    let respond = () => {};
    host.saveKey = () => new Promise((resolve) => (respond = resolve));
    const saving = prompt.save();
    expect(await prompt.copy(), "Copy does not wait for the keychain").toBe("copied");
    respond({ ...shownKey, key: null, keychain: true });
    await saving;
    expect(prompt.closable, "an older response must not undo the copy").toBe(true);
    expect(prompt.prompt?.keychain, "the saved key must be shown as saved").toBe(true);
    expect(await prompt.close()).not.toBeNull();
  });

  test("response_without_the_key_keeps_the_key_on_screen", async () => {
    host.copyKey = async () => ({ ...shownKey, key: null, copied: true, state: "active" });
    await prompt.copy();
    expect(prompt.prompt?.key, "Rust sends the key once; the screen keeps it until Close").toBe(shownKey.key);
    expect(prompt.dead).toBe(false);
  });
});
