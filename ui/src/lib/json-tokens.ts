export type TokenKind = "name" | "string" | "number" | "keyword";

/** A part of a JSON text, from `start` up to but not including `end`. */
export interface Token {
  kind: TokenKind;
  start: number;
  end: number;
}

const KINDS: readonly TokenKind[] = ["string", "number", "keyword"];

/** Finds the names and values of a JSON text, at most `limit`. Punctuation is left out. */
export function jsonTokens(text: string, limit: number): Token[] {
  const tokens: Token[] = [];
  const pattern = /("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g;
  for (const match of text.matchAll(pattern)) {
    if (tokens.length >= limit) break;
    const start = match.index;
    const end = start + match[0].length;
    const kind = KINDS.find((_, index) => match[index + 1] !== undefined) ?? "string";
    const isName = kind === "string" && /^\s*:/.test(text.slice(end, end + 16));
    tokens.push({ kind: isName ? "name" : kind, start, end });
  }
  return tokens;
}
