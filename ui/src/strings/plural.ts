/** Texts that depend on a count. */
import { formatCount } from "../lib/format/number";

const plurals = new Intl.PluralRules("en");

/** Returns the text for the count, which replaces `#`. */
export const plural = (count: number, one: string, other: string): string =>
  (plurals.select(count) === "one" ? one : other).replace("#", formatCount(count));
