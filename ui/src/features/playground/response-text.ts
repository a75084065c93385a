/** Texts for a Playground response: its body, its size, and the gateway's decision. */
import type { Decision } from "../../host/types/Decision";
import type { PlaygroundResponse } from "../../host/types/PlaygroundResponse";
import { formatJson } from "../../lib/format/json";
import { formatSize } from "../../lib/format/number";
import { failedAfterAllow } from "../../stores/decisions";
import { strings } from "../../strings";
import { describeDecision } from "../requests/decision-text";

/** Returns the text to show, if any, and its type and size. `locale` is the system's when left out. */
export function bodyText(response: PlaygroundResponse, locale?: string): { text: string | null; note: string } {
  const { body, bytes, truncated, headers } = response;
  const { bodyNote, kinds, emptyBody } = strings.playground;
  const size = formatSize(bytes, locale);
  if (body === null) return { text: null, note: bodyNote(kinds.binary, size, truncated) };
  if (body === "") return { text: null, note: emptyBody };
  const type = headers.find(({ name }) => name.toLowerCase() === "content-type")?.value ?? "";
  const json = /json/i.test(type) || /^\s*[[{]/.test(body) ? formatJson(body) : null;
  return { text: json ?? body, note: bodyNote(json === null ? kinds.text : kinds.json, size, truncated) };
}

/** Returns why a request was allowed or denied, with the name of its key if useful. */
export function decisionReason(decision: Pick<Decision, "allowed" | "code" | "access" | "keyName">): string {
  const { code, access, keyName } = decision;
  const { allowed, allowedPublic, denied, theKey } = strings.playground;
  if (decision.allowed && !failedAfterAllow(decision)) {
    return access === "open" ? allowedPublic : allowed(keyName ?? theKey, access);
  }
  if (keyName !== null && code === "insufficient_scope") return denied(keyName, strings.decisions.reasons[code]);
  return describeDecision(decision);
}
