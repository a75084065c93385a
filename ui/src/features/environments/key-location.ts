import type { KeyLocation } from "../../host/types/KeyLocation";
import { strings } from "../../strings";

/** The kinds of headers that can carry the API key of a request. */
export const KEY_LOCATIONS: readonly KeyLocation["kind"][] = ["default", "xApiKey", "bearer", "header"];

export function keyLocationLabel(location: KeyLocation): string {
  return location.kind === "header" ? location.name : strings.environmentDialog.keyLocations[location.kind];
}
