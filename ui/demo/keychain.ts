/** The keychain of the demo host: ready, or locked in the scenario `nokeychain`. */
import { CommandError } from "../src/host/command-error";
import type { Host } from "../src/host/host";
import { holdKey } from "./clipboard";
import { updateKey } from "./database";
import { scenarios, wait } from "./scenario";

export const KEYCHAIN = "GNOME Keyring";

export function checkKeychain(): void {
  if (scenarios.has("nokeychain")) {
    const advice = "Unlock it, then press Save to system keychain again.";
    throw new CommandError("keychain_locked", `${KEYCHAIN} is locked.`, advice);
  }
}

export const keychainStatus: Host["keychainStatus"] = async () => {
  await wait(300);
  if (!scenarios.has("nokeychain")) return { state: "ready", name: KEYCHAIN, message: null, advice: null };
  const advice = "Unlock it with your login password, then press Check again.";
  return { state: "locked", name: KEYCHAIN, message: `${KEYCHAIN} is locked.`, advice };
};

/** Copies nothing: a web page has no keychain. */
export const copyFromKeychain: Host["copyFromKeychain"] = async () => {
  await wait(400);
  checkKeychain();
  holdKey(true);
  return null;
};

export const removeFromKeychain: Host["removeFromKeychain"] = async ({ keyId }) => {
  await wait(400);
  checkKeychain();
  updateKey(keyId, { keychain: false });
  return null;
};
