/**
 * Renders a sentence with markup inside: each `{name}` in the text is replaced by `parts.name`.
 *
 * @param {string} text from strings.js
 * @param {Record<string, unknown>} parts
 */
export const richText = (text, parts) =>
  text.split(/\{(\w+)\}/).map((piece, index) => (index % 2 === 1 ? parts[piece] : piece));
