/**
 * Writes counts, sizes and durations with `Intl` in the system's locale.
 */

// Creating an Intl format costs more than a row of the table; each is created once.
/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * @param {string | undefined} locale the system's when left out
 * @param {Intl.NumberFormatOptions} options
 */
function numberFormat(locale, options) {
  const name = JSON.stringify([locale, options]);
  let format = formats.get(name);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    formats.set(name, format);
  }
  return format;
}

/**
 * @param {number} count
 * @param {string} [locale]
 */
export const formatCount = (count, locale) => numberFormat(locale, {}).format(count);

/**
 * Rounds counts from 1,000 on: `1.2M`.
 *
 * @param {number} count
 * @param {string} [locale]
 */
export const formatCompactCount = (count, locale) =>
  count < 1000 ? formatCount(count, locale) : numberFormat(locale, { notation: "compact" }).format(count);

/**
 * @param {number} bytes
 * @param {string} [locale]
 */
export function formatSize(bytes, locale) {
  if (bytes < 1000) return numberFormat(locale, { style: "unit", unit: "byte", unitDisplay: "long" }).format(bytes);
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1000, "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  return numberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(amount);
}

/**
 * @param {number} milliseconds
 * @param {string} [locale]
 * @returns {string}
 */
export function formatDuration(milliseconds, locale) {
  if (milliseconds < 1) return `<${formatDuration(1, locale)}`;
  if (milliseconds < 10_000) {
    return numberFormat(locale, { style: "unit", unit: "millisecond", maximumFractionDigits: 0 }).format(milliseconds);
  }
  return `${numberFormat(locale, { maximumFractionDigits: 1 }).format(milliseconds / 1000)} s`;
}
