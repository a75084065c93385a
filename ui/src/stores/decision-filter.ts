import type { Decision } from "../host/types/Decision";
import { strings } from "../strings";

export type Outcome = "all" | "allowed" | "denied";

/** All requests, those without a key, or those with one key. */
export type KeyFilter = "all" | "none" | `key:${string}`;

/** Which requests the log shows. */
export interface DecisionFilter {
  outcome: Outcome;
  key: KeyFilter;
  /** Occurs in the method, path, status, key name or reason; several words in any order. */
  text: string;
}

export const NO_FILTER: Readonly<DecisionFilter> = { outcome: "all", key: "all", text: "" };

export const isFiltered = ({ outcome, key, text }: DecisionFilter): boolean =>
  outcome !== "all" || key !== "all" || text.trim() !== "";

export function filterDecisions(list: Decision[], filter: DecisionFilter): Decision[] {
  if (!isFiltered(filter)) return list;
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return list.filter(
    (decision) =>
      (filter.outcome === "all" || decision.allowed === (filter.outcome === "allowed")) &&
      matchesKey(decision, filter.key) &&
      words.every((word) => searchText(decision).includes(word)),
  );
}

function matchesKey({ keyId }: Decision, key: KeyFilter): boolean {
  if (key === "all") return true;
  return key === "none" ? keyId === null : key === `key:${keyId}`;
}

function searchText({ method, path, status, keyName, code }: Decision): string {
  const { reasons, statuses } = strings.decisions;
  return [method, path, status, statuses[status], keyName, reasons[code]].join(" ").toLowerCase();
}

/** Returns the keys of the listed requests, each once, sorted by name. */
export function listedKeys(list: Decision[]): { id: string; name: string }[] {
  const names = new Map<string, string>();
  for (const { keyId, keyName } of list) if (keyId !== null && !names.has(keyId)) names.set(keyId, keyName ?? keyId);
  return [...names].map(([id, name]) => ({ id, name })).toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}
