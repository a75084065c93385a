/** The headers that can carry the API key of a request. */
import { strings } from "../strings.js";

/** @typedef {import("../types/KeyLocation").KeyLocation} KeyLocation */

/** @type {KeyLocation["kind"][]} */
export const KEY_LOCATIONS = ["default", "xApiKey", "bearer", "header"];

/** @param {KeyLocation} location */
export function keyLocationLabel(location) {
  return location.kind === "header" ? location.name : strings.environmentDialog.keyLocations[location.kind];
}

/**
 * @param {KeyLocation} one
 * @param {KeyLocation} other
 */
export function isSameKeyLocation(one, other) {
  return one.kind === other.kind && keyLocationLabel(one) === keyLocationLabel(other);
}
