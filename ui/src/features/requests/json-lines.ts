import type { LoggedRequest } from "../../host/types/LoggedRequest";

/** Writes requests as JSON Lines, in the given order. */
export const toJsonLines = (requests: readonly LoggedRequest[]): string =>
  requests
    .map(({ at, milliseconds, ...request }) => {
      // Microseconds, as they were measured.
      const rounded = { time: new Date(at).toISOString(), ...request, milliseconds: Math.round(milliseconds * 1000) / 1000 };
      return `${JSON.stringify(rounded)}\n`;
    })
    .join("");
