/**
 * Formats times with `Intl` in the system's locale and time zone: relative under 30 days, otherwise a date, with the year
 * unless it is this year; the exact time for a tooltip.
 */
import { strings } from "../strings.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * @param {number} at milliseconds UTC
 * @param {number} now milliseconds UTC
 * @param {string} [locale] the system's when left out
 */
export function when(at, now, locale) {
  const age = now - at;
  if (age >= 30 * DAY || age <= -30 * DAY) return date(at, now, locale);
  // After a clock was set back, a recent time must not become "in 3 seconds".
  if (Math.abs(age) < 10 * SECOND) return strings.general.justNow;
  const distance = Math.abs(age);
  const sign = age < 0 ? 1 : -1;
  if (distance < MINUTE) return ago(sign * Math.floor(distance / SECOND), "second", locale);
  if (distance < HOUR) return ago(sign * Math.floor(distance / MINUTE), "minute", locale);
  const days = calendarDays(at, now);
  if (days === 0 || distance < 6 * HOUR) {
    return ago(sign * Math.floor(distance / HOUR), "hour", locale);
  }
  return relative(locale, "auto").format(days, "day");
}

/**
 * @param {number} at
 * @param {number} now
 * @param {string} [locale]
 */
export function date(at, now, locale) {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return dateFormat(locale, !sameYear).format(at);
}

/**
 * @param {number} at
 * @param {string} [locale]
 */
export function exact(at, locale) {
  let format = exactFormats.get(locale);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "long" });
    exactFormats.set(locale, format);
  }
  return format.format(at);
}

/**
 * Formats the time of day with seconds.
 *
 * @param {number} at
 * @param {string} [locale]
 */
export function clock(at, locale) {
  let format = clockFormats.get(locale);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    clockFormats.set(locale, format);
  }
  return format.format(at);
}

/**
 * Counts calendar days between two times in the system's time zone: yesterday is -1.
 *
 * @param {number} at
 * @param {number} now
 */
function calendarDays(at, now) {
  const day = (/** @type {number} */ time) => {
    const local = new Date(time);
    return Date.UTC(local.getFullYear(), local.getMonth(), local.getDate());
  };
  return Math.round((day(at) - day(now)) / DAY);
}

// Creating an Intl format costs more than a row of the table; each is created once.
/** @type {Map<string | undefined, Intl.DateTimeFormat>} */
const exactFormats = new Map();
/** @type {Map<string | undefined, Intl.DateTimeFormat>} */
const clockFormats = new Map();
/** @type {Map<string, Intl.DateTimeFormat>} */
const dateFormats = new Map();
/** @type {Map<string, Intl.RelativeTimeFormat>} */
const relativeFormats = new Map();

/**
 * @param {string | undefined} locale
 * @param {boolean} year
 */
function dateFormat(locale, year) {
  const name = `${locale} ${year}`;
  let format = dateFormats.get(name);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", ...(year ? { year: "numeric" } : {}) });
    dateFormats.set(name, format);
  }
  return format;
}

/**
 * Formats "2 min ago". American English abbreviates with a period ("2 min. ago"), which the window leaves out.
 *
 * @param {number} amount
 * @param {"second" | "minute" | "hour"} unit
 * @param {string} [locale]
 */
function ago(amount, unit, locale) {
  return relative(locale, "always").format(amount, unit).replace(/(?<=sec|min|hr)\./, "");
}

/**
 * @param {string | undefined} locale
 * @param {"always" | "auto"} numeric
 */
function relative(locale, numeric) {
  const name = `${locale} ${numeric}`;
  let format = relativeFormats.get(name);
  if (!format) {
    format = new Intl.RelativeTimeFormat(locale, { numeric, style: "short" });
    relativeFormats.set(name, format);
  }
  return format;
}
