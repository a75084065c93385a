/** The scenes of the demo host, read from the URL, and its response delay. */

export const scenes = new Set((new URLSearchParams(globalThis.location?.search).get("scene") ?? "").split(","));

export const KEYCHAIN = "GNOME Keyring";

/** @param {number} [ms] */
export const wait = (ms = scenes.has("slow") ? 1500 : 15) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {import("../types/Key").Key} key */
export const isPending = (key) => key.state === "pending";
