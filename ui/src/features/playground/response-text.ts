/** Texts for a Playground response: its body, its size, and the gateway's decision. */
import type { Decision } from "../../host/types/Decision";
import type { PlaygroundResponse } from "../../host/types/PlaygroundResponse";
import { formatJson } from "../../lib/format/json";
import { formatSize } from "../../lib/format/number";
import { failedAfterAllow } from "../../stores/requests";
import { strings } from "../../strings";
import { playgroundTab } from "../../strings/playground";
import { describeDecision } from "../requests/decision-text";

/** Returns the text to show, if any, and its type and size. `locale` is the system's when left out. */
export function bodyText(
  response: PlaygroundResponse,
  locale?: string,
): { text: string | null; note: string; isJson: boolean } {
  const { body, bytes, truncated, headers } = response;
  const { bodyNote, kinds, emptyBody } = playgroundTab;
  const size = formatSize(bytes, locale);
  if (body === null) return { text: null, note: bodyNote(kinds.binary, size, truncated), isJson: false };
  if (body === "") return { text: null, note: emptyBody, isJson: false };
  const type = headers.find(({ name }) => name.toLowerCase() === "content-type")?.value ?? "";
  const json = /json/i.test(type) || /^\s*[[{]/.test(body) ? formatJson(body) : null;
  const isJson = json !== null;
  return { text: json ?? body, note: bodyNote(isJson ? kinds.json : kinds.text, size, truncated), isJson };
}

/** Returns why a request was allowed or denied, with the name of its key if useful, and whether the API failed. */
export function decisionReason(
  decision: Pick<Decision, "allowed" | "code" | "access" | "keyName">,
  status: number,
): string {
  const { code, access, keyName } = decision;
  const { allowed, allowedPublic, denied, theKey } = playgroundTab;
  if (decision.allowed && !failedAfterAllow(decision)) {
    const text = access === "open" ? allowedPublic : allowed(keyName ?? theKey, access);
    return status >= 500 ? playgroundTab.apiFailed(text) : text;
  }
  if (keyName !== null && code === "insufficient_scope") return denied(keyName, strings.decisions.reasons[code]);
  return describeDecision(decision);
}
