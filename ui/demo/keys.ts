/** The keys of the demo host and their one-time prompts. Scenario: `copyfails`. */
import { CommandError } from "../src/host/command-error";
import type { Host } from "../src/host/host";
import type { Key } from "../src/host/types/Key";
import type { KeyState } from "../src/host/types/KeyState";
import type { Prompt } from "../src/host/types/Prompt";
import { holdKey, isHoldingKey } from "./clipboard";
import { activeKeys, database, emit, findEnvironment, findKey, updateKey, viewEnvironment } from "./database";
import { recordEvent, resolveExpiry } from "./key-life";
import { checkKeychain } from "./keychain";
import { base62, keyRecord } from "./records";
import { replaceSecret } from "./old-secrets";
import { checkConfirmation, checkName } from "./rules";
import { scenarios, wait } from "./scenario";

/** By ticket. */
const prompts = new Map<string, Prompt>();
/** The tickets by idempotency key. */
const issued = new Map<string, string>();
let doesCopyFail = scenarios.has("copyfails");

export const repairCopy = (): void => {
  doesCopyFail = false;
};

export function findPrompt(ticket: string): Prompt {
  const prompt = prompts.get(ticket);
  if (!prompt) throw new CommandError("unknown_ticket", "This prompt has ended.", "Create a new key.");
  return prompt;
}

export const findUncopiedPrompt = (): Prompt | undefined =>
  [...prompts.values()].find(({ copied, key }) => !copied && key !== null);

export const revokeKey: Host["revokeKey"] = async ({ keyId, confirmation, reason, note }) => {
  await wait();
  const { name, environmentId } = findKey(keyId);
  if (findEnvironment(environmentId).stage === "production") checkConfirmation(name, confirmation);
  recordEvent(keyId, "key.revoked");
  updateKey(keyId, { revokeReason: reason, revokeNote: reason === null ? "" : (note ?? "") });
  return endKey(keyId, "revoked");
};

const endKey = (id: string, state: KeyState): Key =>
  updateKey(id, { state, endedAt: Date.now(), keychain: false });

export const issueKey: Host["issueKey"] = async ({ environmentId, key: input, idempotencyKey }) => {
  const { name, write, expiry, owner, note, tags } = input;
  const known = repeatedPrompt(idempotencyKey);
  if (known) return known;
  await wait(120);
  const environment = findEnvironment(environmentId);
  const key = keyRecord(environmentId, environment.prefix, "", 0, {
    name: checkName(name, "name", activeKeys(environmentId).map((other) => other.name)),
    permissions: write ? ["read", "write"] : ["read"],
    state: "pending",
    claimedAt: null,
    expiresAt: resolveExpiry(expiry, environment),
    owner: owner.trim(),
    note: note.trim(),
    tags,
  });
  recordEvent(key.id, "key.issued");
  database.keys = [...database.keys, key];
  environment.prefixFixed = true;
  return openPrompt(key, idempotencyKey);
};

/** Opens the prompt of a key, or of its new secret if there is an overlap. */
export function openPrompt(key: Key, idempotencyKey: string, overlapSeconds: number | null = null): Prompt {
  const prompt = promptFor(key, overlapSeconds);
  prompts.set(prompt.ticket, prompt);
  issued.set(idempotencyKey, prompt.ticket);
  return { ...prompt };
}

/** Returns the prompt of an earlier attempt. */
export function repeatedPrompt(idempotencyKey: string): Prompt | null {
  const ticket = issued.get(idempotencyKey);
  return ticket === undefined ? null : { ...findPrompt(ticket) };
}

function promptFor(key: Key, overlapSeconds: number | null): Prompt {
  const { id, name, prefix, permissions, environmentId, state } = key;
  const environment = viewEnvironment(findEnvironment(environmentId));
  return {
    ticket: base62(22),
    state,
    key: `${prefix}_${id}_${base62(49)}`,
    keyId: id,
    prefix,
    name,
    permissions,
    projectId: environment.projectId,
    projectName: environment.projectName,
    environmentId,
    environmentName: environment.name,
    stage: environment.stage,
    copied: false,
    keychain: false,
    activated: false,
    overlapSeconds,
  };
}

export const revealKey: Host["revealKey"] = async ({ ticket }) => ({ ...findPrompt(ticket) });

export const copyKey: Host["copyKey"] = async ({ ticket }) => {
  await wait();
  if (doesCopyFail) {
    const advice = "The key is selected: press Ctrl+C, or try Copy again.";
    throw new CommandError("copy_timed_out", "The clipboard did not respond within 2 s.", advice);
  }
  const prompt = findPrompt(ticket);
  if (!prompt.copied && prompt.overlapSeconds !== null) {
    prompt.copied = true;
    replaceSecret(prompt.keyId, prompt.overlapSeconds);
  } else if (!prompt.copied) {
    const environment = findEnvironment(prompt.environmentId);
    prompt.activated = environment.activatedAt === null;
    environment.activatedAt ??= Date.now();
    prompt.copied = true;
    prompt.state = "active";
    updateKey(prompt.keyId, { state: "active", claimedAt: Date.now() });
    recordEvent(prompt.keyId, "key.claimed");
  }
  holdKey(false);
  return { ...prompt };
};

export const saveKey: Host["saveKey"] = async ({ ticket }) => {
  await wait(500);
  checkKeychain();
  const prompt = findPrompt(ticket);
  if (prompt.overlapSeconds !== null && !prompt.copied) {
    throw new CommandError("not_copied", "The key was not copied yet.", "Copy it, then save it.");
  }
  prompt.keychain = true;
  updateKey(prompt.keyId, { keychain: true });
  return { ...prompt };
};

export const discardKey: Host["discardKey"] = async ({ ticket }) => {
  await wait();
  const { keyId, overlapSeconds, copied } = findPrompt(ticket);
  if (overlapSeconds === null) endKey(keyId, "discarded");
  else if (copied) throw new CommandError("rotation_claimed", "The new secret was copied.", "Close the dialog.");
  else recordEvent(keyId, "rotation.discarded");
  prompts.delete(ticket);
  return null;
};

export const closePrompt: Host["closePrompt"] = async ({ ticket }) => {
  await wait();
  const { projectId, environmentId, keyId, copied, key, overlapSeconds } = findPrompt(ticket);
  if (!copied && key !== null) {
    throw new CommandError("not_copied", "The key was not copied yet.", "Copy it, then close.");
  }
  prompts.delete(ticket);
  recordEvent(keyId, overlapSeconds === null ? "key.closed" : "rotation.closed");
  if (isHoldingKey()) holdKey(true);
  return { projectId, environmentId, keyId };
};

/** Revokes the keys of the open prompts, as another process could. */
export function revokePrompted(): void {
  for (const prompt of prompts.values()) {
    prompt.key = null;
    prompt.state = "revoked";
    endKey(prompt.keyId, "revoked");
  }
  emit({ kind: "database", changed: null });
}
