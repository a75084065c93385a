/** The notices of the demo host in the scene `notices`: two prompts that an earlier process left open. */
import { firstNotices } from "./records.js";
import { scenes } from "./scene.js";

/** @type {Set<string>} */
const acknowledged = new Set();

export const listNotices = async () =>
  scenes.has("notices") ? firstNotices.filter(({ keyId }) => !acknowledged.has(keyId)) : [];

/** @param {{keyId: string}} fields */
export async function acknowledgeNotice({ keyId }) {
  acknowledged.add(keyId);
  return null;
}
