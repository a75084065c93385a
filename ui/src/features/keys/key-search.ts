/** A search for a pasted key: its secret is never kept, sent or shown. */

/** A whole key: its prefix and id, then its secret with a checksum. */
const WHOLE_KEY = /^([a-z][a-z0-9_]*_[0-9A-Za-z]{12})_[0-9A-Za-z]{24,}$/;

/** Long enough for a secret, or for a prefix and an id with more behind them. */
const KEY_PART = /[0-9A-Za-z]{24,}|\w*_\w*_\w{16,}/;

/** Returns the prefix and the id of a whole key; null if the text is none. */
export const idOfWholeKey = (text: string): string | null => WHOLE_KEY.exec(text.trim())?.[1] ?? null;

/** Returns whether a text may contain a key or a part of one, so that a message must not repeat it. */
export const mayContainKey = (text: string): boolean => KEY_PART.test(text);
