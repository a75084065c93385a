/**
 * The validation of the demo host: enough of Rust's errors to see every message in a browser.
 */
import { HostError } from "../host-error.js";

/** @typedef {import("../types/Stage").Stage} Stage */

/**
 * @param {string} code
 * @param {string} message
 * @param {string} [advice]
 * @param {string | null} [field]
 */
export const refuse = (code, message, advice, field) => new HostError(code, message, advice, field);
/**
 * @param {string} name
 * @param {string} field
 * @param {string[]} taken
 */
export function checkName(name, field, taken) {
  const trimmed = name.trim().normalize("NFC");
  if (trimmed === "") throw refuse("name_empty", "A name is needed.", "Enter 1 to 80 characters.", field);
  if (trimmed.length > 80) throw refuse("name_too_long", "This name is too long.", "Use at most 80 characters.", field);
  if (taken.some((other) => other.toLowerCase() === trimmed.toLowerCase())) {
    throw refuse("name_taken", `“${trimmed}” is taken.`, "Choose another name.", field);
  }
  return trimmed;
}

/** @param {string} name @returns {Stage} */
export function guess(name) {
  if (/prod|live/i.test(name)) return "production";
  return /stag|test|qa|uat/i.test(name) ? "staging" : "development";
}

/** @param {string} name */
export function defaultPrefix(name) {
  const word = name.toLowerCase().replace(/[^a-z0-9]/g, "").slice(0, 4);
  return `ks_${word.length < 2 ? "env" : word}`;
}

/** @param {string | null} endpoint */
export function checkEndpoint(endpoint) {
  if (endpoint && !URL.canParse(endpoint)) {
    throw refuse("invalid_endpoint", "Invalid URL.", "Use a URL such as https://api.example.com.", "endpoint");
  }
}

/** @param {import("../types/KeyLocation").KeyLocation | null} location */
export function checkKeyLocation(location) {
  if (location?.kind !== "header") return;
  if (!/^[a-z0-9-]+$/i.test(location.name)) {
    throw refuse("invalid_key_location", "Invalid header name.", "Use letters, digits, and -, for example X-Acme-Key.", "keyLocation");
  }
  if (/^(authorization|cookie|host|x-forwarded|x-keystile-)/i.test(location.name)) {
    throw refuse("invalid_key_location", "This header is reserved.", "Use one such as X-Acme-Key.", "keyLocation");
  }
}

/** @param {string} prefix @param {string[]} taken */
export function prefixProblem(prefix, taken) {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(prefix) || prefix.length < 2 || prefix.length > 20) {
    return "2 to 20 lower-case letters and digits, beginning with a letter; words joined by _.";
  }
  return taken.includes(prefix) ? "Another environment uses this prefix." : null;
}

/** @param {string} name @param {string | null} confirmation */
export function checkConfirmation(name, confirmation) {
  if (confirmation?.trim() !== name) {
    throw refuse("name_required", "The name does not match.", `Type ${name} to confirm.`, "confirmation");
  }
}
