import type { Decision } from "../../host/types/Decision";

/** Writes decisions as JSON Lines, in the given order. */
export const toJsonLines = (decisions: readonly Decision[]): string =>
  decisions
    .map(({ at, method, path, status, milliseconds, allowed, code, access, keyId, keyName }) => {
      const time = new Date(at).toISOString();
      return `${JSON.stringify({ time, method, path, status, milliseconds, allowed, code, access, keyId, keyName })}\n`;
    })
    .join("");
