import type { DecisionCode } from "../host/types/DecisionCode";
import type { RequestQuery } from "../host/types/RequestQuery";
import { strings } from "../strings";

export type Outcome = "all" | "allowed" | "denied";

/** All requests, those without a key, or those with one key. */
export type KeyFilter = "all" | "none" | `key:${string}`;

/** Which requests the log shows. */
export interface RequestFilter {
  outcome: Outcome;
  key: KeyFilter;
  /** Occurs in the method, path, status, client, key or result; several words in any order. */
  text: string;
}

export const NO_FILTER: Readonly<RequestFilter> = { outcome: "all", key: "all", text: "" };

export const isFiltered = ({ outcome, key, text }: RequestFilter): boolean =>
  outcome !== "all" || key !== "all" || text.trim() !== "";

/** Returns the query of a filter. Rust does not know the texts of the results, so it gets the codes they stand for. */
export function requestQuery({ outcome, key, text }: RequestFilter): RequestQuery {
  const query: RequestQuery = {};
  if (outcome !== "all") query.allowed = outcome === "allowed";
  if (key === "none") query.withoutKey = true;
  else if (key !== "all") query.keyId = key.slice("key:".length);
  const words = text.split(/\s+/).filter(Boolean);
  if (words.length > 0) query.words = words.map((word) => ({ text: word, codes: codesWith(word.toLowerCase()) }));
  return query;
}

/** Returns the codes in whose description a word occurs. */
function codesWith(word: string): DecisionCode[] {
  const { reasons, reasonsOnceAllowed } = strings.decisions;
  const codes = Object.keys(reasons) as DecisionCode[];
  return codes.filter((code) => [reasons[code], reasonsOnceAllowed[code]].join(" ").toLowerCase().includes(word));
}
