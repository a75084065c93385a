import type { LoggedRequest } from "../../host/types/LoggedRequest";

/** Writes requests as JSON Lines, in the given order. */
export const toJsonLines = (requests: readonly LoggedRequest[]): string =>
  requests.map(({ at, ...request }) => `${JSON.stringify({ time: new Date(at).toISOString(), ...request })}\n`).join("");
