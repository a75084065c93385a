/**
 * Lays JSON out over lines without touching a single token: reading and writing it again would round large numbers
 * and drop repeated names, and an answer must be shown as it came.
 */

/** What one step inwards is written as. */
const STEP = "  ";

/** Nested deeper than this, the blanks would be most of the text. */
const DEEPEST = 64;

/**
 * @param {string} text
 * @returns {string | null} null when it is no JSON, or nested too deep to be laid out
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
  const line = () => `\n${STEP.repeat(depth)}`;
  // Strings whole, then the marks that move lines, then whatever else stands between blanks.
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
    if (depth > DEEPEST) return null;
    before = token;
  }
  return parts.join("");
}
