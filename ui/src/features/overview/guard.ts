import type { Environment } from "../../host/types/Environment";
import type { Gateway } from "../../host/types/Gateway";
import type { Stores } from "../../stores";

/** What checks the keys of an environment, as far as Keystile can know. */
export type Guard =
  /** Its gateway runs. */
  | { kind: "gateway"; address: string }
  /** The HTTP service runs and checked its keys. */
  | { kind: "service"; address: string }
  /** Its gateway ran before. */
  | { kind: "stopped" }
  /** There were requests, though its gateway never ran. */
  | { kind: "elsewhere"; lastRequestAt: number }
  | { kind: "nothing" };

/** Returns what checks the keys of an environment in this window. */
export function guardOf({ gateways, httpService }: Stores, environment: Environment): Guard {
  const { id } = environment;
  const service = httpService.guards(id) ? (httpService.state?.address ?? null) : null;
  return findGuard(environment, gateways.byEnvironment.get(id), gateways.running.get(id), service);
}

export function findGuard(
  { lastRequestAt }: Environment,
  gateway: Gateway | undefined,
  running: string | undefined,
  /** The address of the HTTP service if it checked keys of the environment. */
  service: string | null,
): Guard {
  if (running !== undefined) return { kind: "gateway", address: running };
  if (service !== null) return { kind: "service", address: service };
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
    isGuarded: guard.kind === "gateway" || guard.kind === "service" || lastRequestAt !== null,
    isTried: lastRequestAt !== null,
  };
}

export const isComplete = ({ hasKey, isGuarded, isTried }: Steps): boolean => hasKey && isGuarded && isTried;
