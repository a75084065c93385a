/**
 * Colors JSON by ranges instead of elements (CSS Custom Highlight API): a large body stays one text node. The colors are
 * in `response-view.css`.
 */
import { jsonTokens, type TokenKind } from "./json-tokens";

/** Ranges are updated with the document, so their number is bounded. */
const MAX_TOKENS = 5000;

const highlightName = (kind: TokenKind): string => `json-${kind}`;

/** Highlights a text node that contains JSON, and nothing else. Null removes the highlights. */
export function highlightJson(node: Text | null): void {
  if (typeof Highlight === "undefined") return; // the text is readable without colors
  const ranges: Record<TokenKind, Range[]> = { name: [], string: [], number: [], keyword: [] };
  for (const { kind, start, end } of node ? jsonTokens(node.data, MAX_TOKENS) : []) {
    const range = new Range();
    range.setStart(node as Text, start);
    range.setEnd(node as Text, end);
    ranges[kind].push(range);
  }
  for (const kind of Object.keys(ranges) as TokenKind[]) {
    CSS.highlights.set(highlightName(kind), new Highlight(...ranges[kind]));
  }
}
