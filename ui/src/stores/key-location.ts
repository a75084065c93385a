import type { KeyLocation } from "../host/types/KeyLocation";

export function isSameKeyLocation(one: KeyLocation, other: KeyLocation): boolean {
  return one.kind === "header" && other.kind === "header" ? one.name === other.name : one.kind === other.kind;
}
