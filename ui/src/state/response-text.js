/** Texts for a Playground response: its body, its size and the gateway's decision. */
import { strings } from "../strings.js";
import { decisionText, failedAfterAllow } from "./decision-text.js";
import { laidOut } from "./json-layout.js";
import { formatSize } from "./numbers.js";

/** @typedef {import("../types/PlaygroundResponse").PlaygroundResponse} PlaygroundResponse */

/**
 * @param {PlaygroundResponse} response
 * @param {string} [locale] the system's when left out
 * @returns {{text: string | null, note: string}} the text to show, if any, and its kind and size
 */
export function bodyText({ body, bytes, truncated, headers }, locale) {
  const { bodyNote, kinds, emptyBody } = strings.playground;
  const size = formatSize(bytes, locale);
  if (body === null) return { text: null, note: bodyNote(kinds.binary, size, truncated) };
  if (body === "") return { text: null, note: emptyBody };
  const type = headers.find(({ name }) => name.toLowerCase() === "content-type")?.value ?? "";
  const json = /json/i.test(type) || /^\s*[[{]/.test(body) ? laidOut(body) : null;
  return { text: json ?? body, note: bodyNote(json === null ? kinds.text : kinds.json, size, truncated) };
}

/**
 * Returns why a request was allowed or denied, with the name of its key if useful.
 *
 * @param {Pick<import("../types/Decision").Decision, "allowed" | "code" | "access" | "keyName">} decision
 */
export function decisionReason(decision) {
  const { allowed: isAllowed, code, access, keyName } = decision;
  const { allowed, allowedPublic, denied, theKey } = strings.playground;
  if (isAllowed && !failedAfterAllow(decision)) {
    return access === "open" ? allowedPublic : allowed(keyName ?? theKey, access);
  }
  if (keyName !== null && code === "insufficient_scope") return denied(keyName, strings.decisions.reasons[code]);
  return decisionText(decision);
}
