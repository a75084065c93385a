import { beforeEach, describe, expect, test, vi } from "vitest";
import { CommandError } from "../host/command-error";
import type { Host } from "../host/host";
import type { KeyCheck } from "../host/types/KeyCheck";
import type { Prompt } from "../host/types/Prompt";
import { permissionMismatch } from "./permission-test";
import { plainKey } from "./key-input";
import { OneTimePrompt } from "./prompt";
import { deferred, promptFixture, settled, trialFixture } from "./test-fixtures";

const SECRET = "ks_stag_id_secret";
const copied = promptFixture({ copied: true, state: "active" });
const check: KeyCheck = {
  read: { allowed: true, code: "allowed" },
  write: { allowed: true, code: "allowed" },
  asExpected: true,
  milliseconds: 3,
};

const fail = (code: string, message: string, advice?: string) => () =>
  Promise.reject(new CommandError(code, message, advice));

function newHost() {
  return {
    issueKey: vi.fn<Host["issueKey"]>(async () => promptFixture({ ticket: "t2" })),
    revealKey: vi.fn<Host["revealKey"]>(async () => promptFixture()),
    copyKey: vi.fn<Host["copyKey"]>(async () => copied),
    copyCurl: vi.fn<Host["copyCurl"]>(async () => null),
    saveKey: vi.fn<Host["saveKey"]>(async () => promptFixture({ keychain: true })),
    discardKey: vi.fn<Host["discardKey"]>(async () => null),
    closePrompt: vi.fn<Host["closePrompt"]>(async () => ({ projectId: "p", environmentId: "e", keyId: "id" })),
    checkKey: vi.fn<Host["checkKey"]>(async () => check),
    tryKey: vi.fn<Host["tryKey"]>(async () => trialFixture()),
  };
}

let host: ReturnType<typeof newHost>;
let prompt: OneTimePrompt;

beforeEach(() => {
  host = newHost();
  prompt = new OneTimePrompt(host);
  prompt.open(promptFixture());
});

/** All state of the store as text. */
const stateOf = (store: OneTimePrompt) =>
  JSON.stringify(store, (name, value: unknown) => (name === "host" ? undefined : value));

describe("copying", () => {
  test("copy enables Close", async () => {
    expect(prompt.canClose).toBe(false);
    expect(await prompt.copy()).toBe("copied");
    expect([prompt.canClose, prompt.copies]).toEqual([true, 1]);
    expect(prompt.status.text).toBe("Copied to the clipboard.");
  });

  test("failed copy is reported and leaves Close disabled", async () => {
    host.copyKey.mockImplementation(fail("copy_failed", "The clipboard refused.", "Try again."));
    expect(await prompt.copy()).toBe("failed");
    expect([prompt.canClose, prompt.copies]).toEqual([false, 0]);
    expect(prompt.status.text).toBe("Copy failed. The clipboard refused. Try again.");
  });

  test("failed second copy keeps Close enabled", async () => {
    await prompt.copy();
    host.copyKey.mockImplementation(fail("copy_failed", "The clipboard refused."));
    await prompt.copy();
    expect(prompt.canClose).toBe(true);
  });

  test("second copy is ignored while the first runs", async () => {
    expect(await Promise.all([prompt.copy(), prompt.copy()])).toEqual(["copied", "ignored"]);
    expect(host.copyKey).toHaveBeenCalledTimes(1);
  });

  test("partial copy is reported and leaves Close disabled", () => {
    prompt.reportPartialCopy();
    expect(prompt.status.text).toBe("You copied only part of the key. Press Copy to copy all of it.");
    expect(prompt.canClose).toBe(false);
  });

  test("response without the key keeps the key on screen", async () => {
    host.copyKey.mockResolvedValue({ ...copied, key: null });
    await prompt.copy();
    expect(prompt.prompt?.key, "Rust sends the key once").toBe(SECRET);
    expect(prompt.isKeyGone).toBe(false);
  });

  test("repeated message gets a new id", () => {
    prompt.explainBlockedClose();
    const first = prompt.status;
    prompt.explainBlockedClose();
    expect(prompt.status.text).toBe(first.text);
    expect(prompt.status.id).not.toBe(first.id);
  });
});

describe("the curl command", () => {
  test("copied curl command replaces the key in the clipboard and keeps Close enabled", async () => {
    await prompt.copy();
    await prompt.copyCurl();
    const text = "The curl command replaced the key in the clipboard. Press Copy again to copy the key.";
    expect(prompt.status.text).toBe(text);
    expect([prompt.clipboardHasCurl, prompt.canClose]).toEqual([true, true]);
    await prompt.copy();
    expect(prompt.clipboardHasCurl).toBe(false);
  });

  test("curl command copied first does not enable Close", async () => {
    await prompt.copyCurl();
    expect([prompt.canClose, prompt.clipboardHasCurl, prompt.curlCopies]).toEqual([false, false, 1]);
    expect(prompt.prompt?.copied).toBe(false);
  });

  test("failed curl copy is reported", async () => {
    host.copyCurl.mockImplementation(fail("copy_failed", "The clipboard refused."));
    await prompt.copyCurl();
    expect(prompt.curlCopies).toBe(0);
    expect(prompt.status.text).toBe("Couldn't copy the curl command. The clipboard refused.");
  });
});

describe("closing", () => {
  test("close returns the key and drops its text", async () => {
    await prompt.copy();
    expect(await prompt.close()).toEqual({ projectId: "p", environmentId: "e", keyId: "id" });
    expect(prompt.isOpen).toBe(false);
    expect(stateOf(prompt)).not.toContain("secret");
  });

  test("failed close keeps the prompt and the key", async () => {
    host.closePrompt.mockImplementation(fail("not_copied", "The key was not copied yet.", "Copy it."));
    expect(await prompt.close()).toBeNull();
    expect(prompt.prompt?.key).toBe(SECRET);
    expect(prompt.status.text).toBe("The key was not copied yet. Copy it.");
  });

  test("discard returns the key and drops its text", async () => {
    expect(await prompt.discard()).toEqual({ environmentId: "e", name: "ci-writer" });
    expect(host.discardKey).toHaveBeenCalledWith({ ticket: "t" });
    expect(stateOf(prompt)).not.toContain("secret");
  });

  test("blocked close of the window dispatches an event", async () => {
    const onBlocked = vi.fn();
    prompt.addEventListener("close-blocked", onBlocked);
    await prompt.closeBlocked("t");
    expect(onBlocked).toHaveBeenCalledTimes(1);
    expect(host.revealKey, "the prompt is already shown").not.toHaveBeenCalled();
  });

  test("blocked close shows a prompt whose response was lost", async () => {
    const other = new OneTimePrompt(host);
    await other.closeBlocked("t");
    expect(host.revealKey).toHaveBeenCalledWith({ ticket: "t", plain: true });
    expect(other.prompt?.key).toBe(SECRET);
  });
});

describe("saving", () => {
  test("hung keychain does not block Copy and Close", async () => {
    const response = deferred<Prompt>();
    host.saveKey.mockReturnValue(response.promise);
    const saving = prompt.save();
    expect(await prompt.copy()).toBe("copied");
    response.resolve(promptFixture({ key: null, keychain: true }));
    await saving;
    expect(prompt.canClose, "an older response must not undo the copy").toBe(true);
    expect(prompt.prompt?.keychain).toBe(true);
    expect(await prompt.close()).not.toBeNull();
  });

  test("running save does not affect the next prompt", async () => {
    const [response, nextResponse] = [deferred<Prompt>(), deferred<Prompt>()];
    host.saveKey.mockReturnValueOnce(response.promise).mockReturnValueOnce(nextResponse.promise);
    const saving = prompt.save();
    await prompt.copy();
    await prompt.close();
    prompt.open(promptFixture({ ticket: "t2" }));
    expect(prompt.isSaving).toBe(false);
    const savingNext = prompt.save();
    response.reject(new CommandError("keychain_timed_out", "The keychain did not respond."));
    await saving;
    expect([prompt.isSaving, prompt.saveError], "the failure belongs to the closed prompt").toEqual([true, null]);
    nextResponse.resolve(promptFixture({ ticket: "t2", keychain: true }));
    await savingNext;
    expect([prompt.isSaving, prompt.prompt?.keychain]).toEqual([false, true]);
    expect(host.saveKey).toHaveBeenLastCalledWith({ ticket: "t2" });
  });

  test("failed save is kept until the next attempt", async () => {
    host.saveKey.mockImplementationOnce(fail("keychain_locked", "The keychain is locked."));
    await prompt.save();
    expect(prompt.saveError?.message).toBe("The keychain is locked.");
    await prompt.save();
    expect([prompt.saveError, prompt.prompt?.keychain]).toEqual([null, true]);
  });
});

describe("a key that is gone", () => {
  test("key that is created again is as it was entered", async () => {
    const key = { ...plainKey("ci-writer", true), expiry: { kind: "never" }, owner: "Ops", tags: ["ci"] } as const;
    const entered = { ...key, tags: ["ci"] };
    prompt.open(await prompt.issue({ environmentId: "e", key: entered, idempotencyKey: "1" }));
    await prompt.createAgain();
    expect(host.issueKey.mock.lastCall?.[0].key).toEqual(entered);
  });

  test("key revoked elsewhere can be created again", async () => {
    host.revealKey.mockResolvedValue(promptFixture({ key: null, state: "revoked" }));
    await prompt.refresh();
    expect(prompt.goneMessage).toBe("This key has been revoked.");
    expect(prompt.canClose, "a revoked key needs no copy").toBe(true);
    await prompt.createAgain();
    expect(host.issueKey).toHaveBeenCalledWith({
      environmentId: "e",
      key: { name: "ci-writer", write: true, expiry: { kind: "default" }, owner: "", note: "", tags: [] },
      idempotencyKey: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect([prompt.prompt?.ticket, prompt.canClose, prompt.busy]).toEqual(["t2", false, null]);
  });

  test("unknown ticket counts as revoked, and Close still works", async () => {
    host.revealKey.mockImplementation(fail("unknown_ticket", "This prompt has ended."));
    await prompt.refresh();
    expect(prompt.isKeyGone).toBe(true);
    host.closePrompt.mockImplementation(fail("unknown_ticket", "This prompt has ended."));
    expect(await prompt.close()).toEqual({ projectId: "p", environmentId: "e", keyId: "id" });
  });

  test("busy database keeps the prompt", async () => {
    host.revealKey.mockImplementation(fail("database_busy", "The database is busy."));
    await prompt.refresh();
    expect(prompt.isKeyGone).toBe(false);
  });
});

describe("the permission test", () => {
  test("key is tested once after the first copy", async () => {
    expect(host.checkKey, "a pending key cannot be tested").not.toHaveBeenCalled();
    await prompt.copy();
    await prompt.copy();
    await settled();
    expect(host.checkKey.mock.calls).toEqual([[{ ticket: "t" }]]);
    expect(prompt.test.result).toEqual(check);
  });

  test("Copy and Close do not wait for the test", async () => {
    host.checkKey.mockReturnValue(new Promise(() => {}));
    expect(await prompt.copy()).toBe("copied");
    expect([prompt.busy, prompt.canClose]).toEqual([null, true]);
  });

  test("permission test compares with the permissions at issue", async () => {
    prompt.open(promptFixture({ permissions: ["read"] }));
    host.copyKey.mockResolvedValue({ ...copied, permissions: ["read", "write"] });
    host.checkKey.mockResolvedValue({ ...check, asExpected: false });
    await prompt.copy();
    await settled();
    const warning = permissionMismatch({ ...check, asExpected: false }, prompt.prompt?.permissions ?? []);
    expect(prompt.prompt?.permissions, "a change in the database must be found").toEqual(["read"]);
    expect(warning).toContain("Write allowed");
  });

  test("result for a closed prompt is dropped", async () => {
    const response = deferred<KeyCheck>();
    host.checkKey.mockReturnValueOnce(response.promise);
    await prompt.copy();
    prompt.open(promptFixture({ ticket: "t2" }));
    response.resolve(check);
    await settled();
    expect(prompt.test.result).toBeNull();
  });
});

describe("trying the key in the Playground", () => {
  test("trial ends the prompt and drops the text of the key", async () => {
    await prompt.copy();
    expect((await prompt.tryInPlayground())?.name).toBe("reader");
    expect(prompt.isOpen).toBe(false);
    expect(stateOf(prompt)).not.toContain("secret");
  });

  test("failed trial keeps the prompt", async () => {
    host.tryKey.mockImplementation(fail("not_copied", "The key was not copied yet.", "Copy it."));
    expect(await prompt.tryInPlayground()).toBeNull();
    expect([prompt.isOpen, prompt.status.text]).toEqual([true, "The key was not copied yet. Copy it."]);
  });
});

describe("rotation", () => {
  const fresh = promptFixture({ state: "active", overlapSeconds: 3600 });

  beforeEach(() => prompt.open(fresh));

  test("new key can be discarded and saved at any time", async () => {
    prompt.open(promptFixture());
    expect([prompt.isRotation, prompt.canDiscard, prompt.canSave]).toEqual([false, true, true]);
    await prompt.copy();
    expect([prompt.canDiscard, prompt.canSave]).toEqual([true, true]);
  });

  test("copy ends discarding and allows saving", async () => {
    expect([prompt.isRotation, prompt.canDiscard, prompt.canSave]).toEqual([true, true, false]);
    host.copyKey.mockResolvedValue({ ...fresh, key: null, copied: true });
    await prompt.copy();
    expect([prompt.canDiscard, prompt.canSave]).toEqual([false, true]);
  });

  test("overlap of zero is a rotation too", () => {
    prompt.open({ ...fresh, overlapSeconds: 0 });
    expect(prompt.isRotation).toBe(true);
  });

  test("save before the copy is not sent and says why", async () => {
    await prompt.save();
    expect(host.saveKey).not.toHaveBeenCalled();
    expect(prompt.status).toMatchObject({ tone: "warn", text: "Copy the new secret before you save it." });
  });
});
