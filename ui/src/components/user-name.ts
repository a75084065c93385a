/** Names that users chose, isolated from the text around them, so that a Hebrew name does not reorder a sentence. */
import { html } from "lit";

export const userName = (name: string) => html`<bdi>${name}</bdi>`;

/** Marks the places of names: private-use characters, which no sentence contains. */
const placeholder = (index: number): string => String.fromCodePoint(0xe000 + index);

/** Renders a sentence of `strings` about names. */
export function withNames(sentence: (...names: string[]) => string, ...names: string[]): unknown[] {
  const pieces = sentence(...names.map((_, index) => placeholder(index))).split(/([\ue000-\ue00f])/);
  return pieces.map((piece, index) => (index % 2 === 1 ? userName(names[piece.charCodeAt(0) - 0xe000] ?? "") : piece));
}
