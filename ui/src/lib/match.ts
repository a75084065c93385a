/** Ranks texts by how well they match a search. */

/**
 * Returns how well a text matches all words of a search, the higher the better; null if it does not. The beginning of
 * the text counts more than the beginning of a word, and that more than its middle.
 */
export function matchScore(text: string, search: string): number | null {
  const haystack = text.toLowerCase();
  let score = 0;
  for (const word of search.toLowerCase().split(/\s+/).filter(Boolean)) {
    const index = haystack.indexOf(word);
    if (index < 0) return null;
    if (index === 0) score += 3;
    else score += beginsWord(haystack, word) ? 2 : 1;
  }
  return score;
}

function beginsWord(text: string, word: string): boolean {
  for (let index = text.indexOf(word); index >= 0; index = text.indexOf(word, index + 1)) {
    if (!/[\p{L}\p{N}]/u.test(text[index - 1] ?? "")) return true;
  }
  return false;
}

/** Returns the matching items, the best first; equally good ones keep their order. */
export function bestMatches<T>(items: readonly T[], search: string, textOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, score: matchScore(textOf(item), search) }))
    .filter((match): match is { item: T; score: number } => match.score !== null)
    .toSorted((one, other) => other.score - one.score)
    .map(({ item }) => item);
}
