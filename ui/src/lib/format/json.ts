const INDENT = "  ";

/** Deeper JSON is not indented, because most of the text would be white space. */
const MAX_DEPTH = 64;

/**
 * Indents JSON without changing its tokens: parsing and serializing it would round large numbers and drop repeated
 * names. Returns null if the text is not JSON or nested too deeply.
 */
export function formatJson(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const parts: string[] = [];
  let depth = 0;
  let previous = "";
  const newLine = () => `\n${INDENT.repeat(depth)}`;
  // Tokens: strings, punctuation, and all other values.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g)) {
    const isFirst = previous === "{" || previous === "[";
    if (token === "}" || token === "]") {
      depth -= 1;
      if (!isFirst) parts.push(newLine());
    } else if (isFirst || previous === ",") {
      parts.push(newLine());
    }
    parts.push(token === ":" ? ": " : token);
    if (token === "{" || token === "[") depth += 1;
    if (depth > MAX_DEPTH) return null;
    previous = token;
  }
  return parts.join("");
}
