/** The places where requests can carry their API key, in words. */

/** @typedef {import("../types/KeyLocation").KeyLocation} KeyLocation */

/** @type {{kind: KeyLocation["kind"], label: string}[]} */
export const KEY_LOCATIONS = [
  { kind: "default", label: "X-API-KEY or Authorization: Bearer" },
  { kind: "xApiKey", label: "X-API-KEY" },
  { kind: "bearer", label: "Authorization: Bearer" },
  { kind: "header", label: "Another header" },
];

/** @param {KeyLocation} location */
export function keyLocationLabel(location) {
  if (location.kind === "header") return location.name;
  return KEY_LOCATIONS.find(({ kind }) => kind === location.kind)?.label ?? location.kind;
}

/**
 * @param {KeyLocation} one
 * @param {KeyLocation} other
 */
export function isSameKeyLocation(one, other) {
  return one.kind === other.kind && keyLocationLabel(one) === keyLocationLabel(other);
}
