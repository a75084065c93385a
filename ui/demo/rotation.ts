/** The rotation of keys in the demo host. */
import type { Host } from "../src/host/host";
import { findEnvironment, findKey } from "./database";
import { recordEvent } from "./key-life";
import { openPrompt, repeatedPrompt } from "./keys";
import { checkConfirmation } from "./rules";
import { wait } from "./scenario";

export const rotateKey: Host["rotateKey"] = async ({ keyId, overlapSeconds, confirmation, idempotencyKey }) => {
  const known = repeatedPrompt(idempotencyKey);
  if (known) return known;
  await wait(120);
  const key = findKey(keyId);
  if (findEnvironment(key.environmentId).stage === "production") checkConfirmation(key.name, confirmation);
  recordEvent(keyId, "rotation.started");
  return openPrompt(key, idempotencyKey, overlapSeconds);
};
