/** Requests by hour, unused keys, and the search for keys in the demo host. */
import type { Host } from "../src/host/host";
import type { FoundKey } from "../src/host/types/FoundKey";
import type { Key } from "../src/host/types/Key";
import { database, findEnvironment, viewEnvironment } from "./database";
import { wait } from "./scenario";

const HOUR = 3_600_000;
const IDLE_MS = 30 * 24 * HOUR;

export const environmentActivity: Host["environmentActivity"] = async ({ environmentId, since }) => {
  await wait(5);
  const keys = database.keys.filter((key) => key.environmentId === environmentId);
  const isUsed = keys.some(({ lastUsedAt }) => lastUsedAt !== null);
  const count = isUsed ? Math.floor((Date.now() - since) / HOUR) + 1 : 0;
  const idle = keys.filter(
    (key) => key.state === "active" && (key.lastUsedAt ?? key.claimedAt ?? key.createdAt) < Date.now() - IDLE_MS,
  );
  return {
    // Fewer at night and more from day to day.
    hours: Array.from({ length: count }, (_, index) => ({
      hour: since + index * HOUR,
      allowed: Math.round((1 + Math.sin(((index % 24) - 8) / 4)) * (120 + index)),
      denied: index % 29 === 0 ? 90 : 2,
    })),
    idleKeys: idle.slice(0, 5).map(({ id, name, lastUsedAt, claimedAt, createdAt }) => ({
      id,
      name,
      lastUsedAt,
      claimedAt: claimedAt ?? createdAt,
    })),
    idleKeyCount: idle.length,
  };
};

export const copyEnvironmentDetail: Host["copyEnvironmentDetail"] = async () => {
  await wait();
  return null;
};

function viewFound({ id, name, prefix, state, permissions, environmentId }: Key): FoundKey {
  const { name: environmentName, stage, projectId, projectName } = viewEnvironment(findEnvironment(environmentId));
  return { id, name, prefix, state, permissions, environmentId, environmentName, stage, projectId, projectName };
}

export const searchKeys: Host["searchKeys"] = async ({ text }) => {
  await wait(5);
  const search = text.trim().toLowerCase();
  return database.keys
    .filter(({ name, prefix, id }) => {
      if (name.toLowerCase().includes(search) || id.toLowerCase().startsWith(search)) return true;
      return search.includes("_") && `${prefix}_${id}`.toLowerCase().includes(search);
    })
    .slice(0, 20)
    .map(viewFound);
};

export const identifyText: Host["identifyText"] = async ({ text }) => {
  await wait(5);
  const key = database.keys.find(({ id }) => text.includes(id));
  if (!key) return null;
  const form = /_[A-Za-z0-9]{49}\b/.test(text) ? "whole" : "part";
  return { key: viewFound(key), lastUsedAt: key.lastUsedAt, form };
};
