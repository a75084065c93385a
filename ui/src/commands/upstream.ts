/** What the user can do with a gateway's upstream. */
import type { Environment } from "../host/types/Environment";
import type { Stores } from "../stores";

/** Where a gateway forwards requests. */
export interface Upstream {
  endpoint: string | null;
  /** Whether the sample API is used instead of the endpoint. */
  sample: boolean;
}

/** Sets what differs from the current upstream. */
export async function applyUpstream(
  stores: Stores,
  environment: Environment,
  { endpoint, sample }: Upstream,
): Promise<void> {
  const { environments, gateways } = stores;
  // Undo may run long after the element was rendered.
  const current = environments.find(environment.projectId, environment.id) ?? environment;
  if (endpoint !== current.endpoint) await environments.edit(current, { endpoint });
  if (sample !== gateways.byEnvironment.get(current.id)?.sample) await gateways.edit(current.id, { sample });
  else await gateways.read(current.id);
}

/** Uses the sample API as the upstream and starts the gateway in front of it. */
export async function startWithSample({ gateways }: Stores, { id }: Environment): Promise<void> {
  await gateways.edit(id, { sample: true });
  await gateways.start(id);
}
