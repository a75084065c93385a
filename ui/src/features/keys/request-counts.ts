import type { Key } from "../../host/types/Key";
import { formatCompactCount, formatCount } from "../../lib/format/number";
import { strings } from "../../strings";

/** Formats how many requests with a key were allowed and denied. */
export const requestCounts = ({ allowed, denied }: Pick<Key, "allowed" | "denied">): string =>
  strings.keys.counts(formatCount(allowed), formatCount(denied));

/** Formats them with large numbers rounded. */
export const compactRequestCounts = ({ allowed, denied }: Pick<Key, "allowed" | "denied">): string =>
  strings.keys.counts(formatCompactCount(allowed), formatCompactCount(denied));
