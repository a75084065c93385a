import type { KeyLocation } from "../host/types/KeyLocation";

/** The header in which a client sends its key. */
export interface KeyHeader {
  name: string;
  /** What precedes the key. */
  prefix: string;
}

/** Returns the same header as Rust does (`KeyLocation::client_header`). */
export function keyHeader(location: KeyLocation): KeyHeader {
  switch (location.kind) {
    case "bearer":
      return { name: "Authorization", prefix: "Bearer " };
    case "header":
      return { name: location.name, prefix: "" };
    default:
      return { name: "X-API-KEY", prefix: "" };
  }
}
