import { LOCALE, numberFormat } from "./intl";

export const formatCount = (count: number, locale = LOCALE): string => numberFormat(locale, {}).format(count);

/** Rounds counts from 1,000 on: `1.2M`. */
export const formatCompactCount = (count: number, locale = LOCALE): string =>
  count < 1000 ? formatCount(count, locale) : numberFormat(locale, { notation: "compact" }).format(count);

export function formatSize(bytes: number, locale = LOCALE): string {
  if (bytes < 1000) return numberFormat(locale, { style: "unit", unit: "byte", unitDisplay: "long" }).format(bytes);
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1000, "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  return numberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(amount);
}

export function formatDuration(milliseconds: number, locale = LOCALE): string {
  if (milliseconds < 1) return `<${formatDuration(1, locale)}`;
  if (milliseconds < 10_000) {
    const options = { style: "unit", unit: "millisecond", maximumFractionDigits: 0 } as const;
    return numberFormat(locale, options).format(milliseconds);
  }
  return `${numberFormat(locale, { maximumFractionDigits: 1 }).format(milliseconds / 1000)} s`;
}
