/** The notices of the demo host in the scenario `notices`: prompts that an earlier process left open. */
import type { Host } from "../src/host/host";
import { firstNotices } from "./records";
import { scenarios } from "./scenario";

const acknowledged = new Set<string>();

export const listNotices: Host["listNotices"] = async () =>
  scenarios.has("notices") ? firstNotices.filter(({ keyId }) => !acknowledged.has(keyId)) : [];

export const acknowledgeNotice: Host["acknowledgeNotice"] = async ({ keyId }) => {
  acknowledged.add(keyId);
  return null;
};
