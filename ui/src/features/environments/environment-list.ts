import type { Environment } from "../../host/types/Environment";
import type { Stage } from "../../host/types/Stage";

const STAGE_ORDER: Readonly<Record<Stage, number>> = { production: 0, staging: 1, development: 2 };

const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Sorts production before staging before development, then by name. */
export const productionFirst = (environments: readonly Environment[]): Environment[] =>
  environments.toSorted(
    (one, other) => STAGE_ORDER[one.stage] - STAGE_ORDER[other.stage] || names.compare(one.name, other.name),
  );

/** Returns the environments with all words of a search in their name, prefix, endpoint or stage. */
export function matchingEnvironments(environments: readonly Environment[], search: string): Environment[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return environments.filter(({ name, prefix, endpoint, stage }) => {
    const text = [name, prefix, endpoint ?? "", stage].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
