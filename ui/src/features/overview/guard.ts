import type { Environment } from "../../host/types/Environment";
import type { Gateway } from "../../host/types/Gateway";

/** What checks the keys of an environment, as far as Keystile can know. */
export type Guard =
  /** Its gateway runs. */
  | { kind: "gateway"; address: string }
  /** Its gateway ran before. */
  | { kind: "stopped" }
  /** There were requests, though its gateway never ran. */
  | { kind: "elsewhere"; lastRequestAt: number }
  | { kind: "nothing" };

export function findGuard(
  { lastRequestAt }: Environment,
  gateway: Gateway | undefined,
  running: string | undefined,
): Guard {
  if (running !== undefined) return { kind: "gateway", address: running };
  if (gateway && gateway.address !== null) return { kind: "stopped" };
  return lastRequestAt === null ? { kind: "nothing" } : { kind: "elsewhere", lastRequestAt };
}

/** The steps from a new environment to a guarded API. */
export interface Steps {
  hasKey: boolean;
  isGuarded: boolean;
  isTried: boolean;
}

/** Returns which steps are done. One allowed request shows that the API was guarded and tried. */
export function findSteps({ activeKeys, lastRequestAt }: Environment, guard: Guard): Steps {
  return {
    hasKey: activeKeys > 0,
    isGuarded: guard.kind === "gateway" || lastRequestAt !== null,
    isTried: lastRequestAt !== null,
  };
}

export const isComplete = ({ hasKey, isGuarded, isTried }: Steps): boolean => hasKey && isGuarded && isTried;
