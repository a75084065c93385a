/** Invisible, has no width, and is not spoken. */
const ZERO_WIDTH_SPACE = "\u200B";

/**
 * Returns the text of a message so that it differs from the message before, even if both say the same: screen readers
 * announce a live region only when its text changes. `id` is the number of the message.
 */
export const distinctText = (text: string, id: number): string =>
  text !== "" && id % 2 === 1 ? text + ZERO_WIDTH_SPACE : text;
