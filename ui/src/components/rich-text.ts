/** Renders a sentence of `strings` with markup inside: each `{name}` is replaced by `parts.name`. */
export const richText = (text: string, parts: Record<string, unknown>): unknown[] =>
  text.split(/\{(\w+)\}/).map((piece, index) => (index % 2 === 1 ? parts[piece] : piece));
