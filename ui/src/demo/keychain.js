/** The keychain of the demo host: ready, or locked in the scene `nokeychain`. */
import { refuse } from "./rules.js";
import { KEYCHAIN, scenes, wait } from "./scene.js";

export function keychainWorks() {
  if (scenes.has("nokeychain")) {
    throw refuse("keychain_locked", `${KEYCHAIN} is locked.`, "Unlock it, then press Save to system keychain again.");
  }
}

export async function keychainStatus() {
  await wait(300);
  return scenes.has("nokeychain")
    ? { state: /** @type {const} */ ("locked"), name: KEYCHAIN, message: `${KEYCHAIN} is locked.`, advice: "Unlock it with your login password, then press Check again." }
    : { state: /** @type {const} */ ("ready"), name: KEYCHAIN, message: null, advice: null };
}
