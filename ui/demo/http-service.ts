/** The HTTP service of the demo host, in memory. Scenarios: `serviceconflict` (its port is in use), `restorable`. */
import type { Host } from "../src/host/host";
import type { HttpServiceState } from "../src/host/types/HttpServiceState";
import { emit } from "./database";
import { scenarios, wait } from "./scenario";

let service: HttpServiceState = {
  running: false,
  restorable: scenarios.has("restorable"),
  address: "127.0.0.1:7878",
  environmentIds: [],
  conflict: null,
};

export const currentService = (): HttpServiceState => service;

function set(fields: Partial<HttpServiceState>): HttpServiceState {
  service = { ...service, restorable: false, ...fields };
  emit({ kind: "httpService", state: service });
  return service;
}

/** Returns the address of the service while it runs. */
export const serviceInUse = (): string | null => (service.running ? service.address : null);

export const startHttpService: Host["startHttpService"] = async ({ port }) => {
  await wait(200);
  if (scenarios.has("serviceconflict") && port === null && service.address === "127.0.0.1:7878") {
    return { ...service, conflict: { port: 7878, owner: "keystile (pid 812)", suggestion: 7879 } };
  }
  return set({ running: true, address: port === null ? service.address : `127.0.0.1:${port}` });
};

export const stopHttpService: Host["stopHttpService"] = async () => {
  await wait(200);
  return set({ running: false });
};
