/**
 * Indents JSON without changing its tokens: parsing and serializing it would round large numbers and drop repeated
 * names, but the response must be shown unchanged.
 */

const INDENT = "  ";

/** Deeper JSON is not indented, because most of the text would be white space. */
const MAX_DEPTH = 64;

/**
 * @param {string} text
 * @returns {string | null} null if it is not JSON or nested too deeply
 */
export function laidOut(text) {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  /** @type {string[]} */
  const parts = [];
  let depth = 0;
  let before = "";
  const line = () => `\n${INDENT.repeat(depth)}`;
  // Tokens: strings, punctuation, and all other values.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g)) {
    const opened = before === "{" || before === "[";
    if (token === "}" || token === "]") {
      depth -= 1;
      if (!opened) parts.push(line());
    } else if (opened || before === ",") {
      parts.push(line());
    }
    parts.push(token === ":" ? ": " : token);
    if (token === "{" || token === "[") depth += 1;
    if (depth > MAX_DEPTH) return null;
    before = token;
  }
  return parts.join("");
}
