/**
 * How an answer of the Playground is written: its time, its length, its body and why it was given. Knows neither
 * requests nor elements.
 */
import { laidOut } from "./json-layout.js";
import { verdict } from "./verdicts.js";

/** @typedef {import("../types/PlaygroundAnswer").PlaygroundAnswer} PlaygroundAnswer */

/**
 * @param {number} milliseconds
 * @param {string} [locale] the system's when left out
 */
export function duration(milliseconds, locale) {
  if (milliseconds < 1) return "under 1 ms";
  if (milliseconds < 10_000) return `${Math.round(milliseconds).toLocaleString(locale)} ms`;
  return `${(milliseconds / 1000).toLocaleString(locale, { maximumFractionDigits: 1 })} s`;
}

/**
 * @param {number} bytes
 * @param {string} [locale]
 */
export const length = (bytes, locale) => (bytes === 1 ? "1 byte" : `${bytes.toLocaleString(locale)} bytes`);

/** @param {PlaygroundAnswer["headers"]} headers */
export const headerCount = ({ length: count }) => (count === 1 ? "1 header" : `${count} headers`);

/**
 * @param {PlaygroundAnswer} answer
 * @param {string} [locale]
 * @returns {{text: string | null, note: string}} what stands in the box, null for none, and what is said about it
 */
export function bodyOf({ body, bytes, truncated, headers }, locale) {
  const size = length(bytes, locale);
  const cut = truncated ? ", shortened" : "";
  if (body === null) return { text: null, note: `Not text, ${size}${cut}` };
  if (body === "") return { text: null, note: "No body" };
  const kind = headers.find(({ name }) => name.toLowerCase() === "content-type")?.value ?? "";
  const json = /json/i.test(kind) || /^\s*[[{]/.test(body) ? laidOut(body) : null;
  return { text: json ?? body, note: `${json === null ? "Text" : "JSON"}, ${size}${cut}` };
}

/**
 * Why a request passed or not, with the name of the key where that says more.
 *
 * @param {Pick<import("../types/Decision").Decision, "accepted" | "code" | "need" | "keyName">} decision
 */
export function why(decision) {
  const { accepted, code, need, keyName } = decision;
  if (accepted && need === "open") return "accepted: no key is needed";
  if (accepted) return `accepted: ${keyName ?? "the key"} may ${need}`;
  const said = verdict(decision);
  return keyName !== null && code === "insufficient_scope" ? said.replace("refused: ", `refused: ${keyName} `) : said;
}
