/**
 * Reads and writes the place of the window as a URL fragment, so that reload, back and forward work.
 */

/**
 * @typedef {{at: "start"}
 *   | {at: "environments", projectId: string}
 *   | {at: "environment", projectId: string, environmentId: string, tab: Tab}
 *   | {at: "settings"}} Place
 */

/** @typedef {"overview" | "keys" | "gateway" | "playground"} Tab `overview` is omitted from the fragment */

/** @type {ReadonlySet<string>} */
const NAMED_TABS = new Set(["keys", "gateway", "playground"]);

/**
 * @param {string} fragment as in `location.hash`, with or without the leading `#`
 * @returns {Place} the start if the fragment is invalid
 */
export function readPlace(fragment) {
  const parts = fragment.replace(/^#/, "").split("/").filter(Boolean).map(decoded);
  if (parts.some((part) => part === null)) return { at: "start" };
  const [head, projectId, middle, environmentId, tab, ...rest] = /** @type {string[]} */ (parts);
  if (rest.length > 0) return { at: "start" };
  if (head === "settings" && projectId === undefined) return { at: "settings" };
  if (head !== "projects" || !projectId || middle !== "environments") return { at: "start" };
  if (!environmentId) return { at: "environments", projectId };
  if (tab === undefined) return { at: "environment", projectId, environmentId, tab: "overview" };
  if (!NAMED_TABS.has(tab)) return { at: "start" };
  return { at: "environment", projectId, environmentId, tab: /** @type {Tab} */ (tab) };
}

/**
 * @param {Place} place
 * @returns {string} the fragment with its `#`
 */
export function writePlace(place) {
  switch (place.at) {
    case "settings":
      return "#/settings";
    case "environments":
      return `#/projects/${encodeURIComponent(place.projectId)}/environments`;
    case "environment": {
      const base = `#/projects/${encodeURIComponent(place.projectId)}/environments/${encodeURIComponent(place.environmentId)}`;
      return NAMED_TABS.has(place.tab) ? `${base}/${place.tab}` : base;
    }
    default:
      return "#/";
  }
}

/** @param {string} projectId */
export const environmentsPlace = (projectId) => writePlace({ at: "environments", projectId });

/**
 * @param {string} projectId
 * @param {string} environmentId
 */
export const overviewPlace = (projectId, environmentId) =>
  writePlace({ at: "environment", projectId, environmentId, tab: "overview" });

/**
 * @param {string} projectId
 * @param {string} environmentId
 */
export const keysPlace = (projectId, environmentId) =>
  writePlace({ at: "environment", projectId, environmentId, tab: "keys" });

/**
 * @param {string} projectId
 * @param {string} environmentId
 */
export const gatewayPlace = (projectId, environmentId) =>
  writePlace({ at: "environment", projectId, environmentId, tab: "gateway" });

/**
 * @param {string} projectId
 * @param {string} environmentId
 */
export const playgroundPlace = (projectId, environmentId) =>
  writePlace({ at: "environment", projectId, environmentId, tab: "playground" });

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return null; // an invalid escape
  }
}
