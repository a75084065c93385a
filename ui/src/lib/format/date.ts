/** Formats times, given in milliseconds UTC, in the system's time zone. */
import { strings } from "../../strings";
import { dateTimeFormat, LOCALE, relativeTimeFormat } from "./intl";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Relative under 30 days, otherwise a date, which has its year unless that is this year. */
export function formatRelative(time: number, now: number, locale = LOCALE): string {
  const age = now - time;
  const distance = Math.abs(age);
  if (distance >= 30 * DAY) return formatDate(time, now, locale);
  // After a clock was set back, a recent time must not become "in 3 seconds".
  if (distance < 10 * SECOND) return strings.general.justNow;
  const sign = age < 0 ? 1 : -1;
  if (distance < MINUTE) return formatAge(sign * Math.floor(distance / SECOND), "second", locale);
  if (distance < HOUR) return formatAge(sign * Math.floor(distance / MINUTE), "minute", locale);
  const days = calendarDays(time, now);
  if (days === 0 || distance < 6 * HOUR) return formatAge(sign * Math.floor(distance / HOUR), "hour", locale);
  return relativeTimeFormat(locale, { numeric: "auto", style: "short" }).format(days, "day");
}

/** Formats a future time as `formatRelative`, but also its last minute: "in less than a minute". */
export const formatRemaining = (time: number, now: number, locale = LOCALE): string =>
  time - now < MINUTE ? strings.general.underAMinute : formatRelative(time, now, locale);

/** Formats a day, with its year unless that is the year of `now`. */
export function formatDate(time: number, now: number, locale = LOCALE): string {
  const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  const year = isThisYear ? {} : ({ year: "numeric" } as const);
  return dateTimeFormat(locale, { day: "numeric", month: "short", ...year }).format(time);
}

/** Formats the exact time, for a tooltip. */
export const formatDateTime = (time: number, locale = LOCALE): string =>
  dateTimeFormat(locale, { dateStyle: "long", timeStyle: "long" }).format(time);

/** Formats the time to the minute, with its day, for sentences. */
export const formatMinute = (time: number, locale = LOCALE): string =>
  dateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(time);

/** Formats the time of day with seconds, with 24 hours, so that all have the same width. */
export const formatTime = (time: number, locale = LOCALE): string =>
  dateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(time);

/** Formats the time of day with milliseconds, and its day. */
export const formatPreciseTime = (time: number, locale = LOCALE): string =>
  dateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
  }).format(time);

/** Formats the time of day without seconds, with its day unless that is the day of `now`. */
export function formatSince(time: number, now: number, locale = LOCALE): string {
  const day = calendarDays(time, now) === 0 ? {} : ({ day: "numeric", month: "short" } as const);
  return dateTimeFormat(locale, { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(time);
}

/** Counts calendar days in the system's time zone: yesterday is -1. */
function calendarDays(time: number, now: number): number {
  const day = (instant: number) => {
    const local = new Date(instant);
    return Date.UTC(local.getFullYear(), local.getMonth(), local.getDate());
  };
  return Math.round((day(time) - day(now)) / DAY);
}

/** Formats "2 min ago". American English abbreviates with a period ("2 min. ago"), which the window leaves out. */
function formatAge(amount: number, unit: "second" | "minute" | "hour", locale: string): string {
  const format = relativeTimeFormat(locale, { numeric: "always", style: "short" });
  return format.format(amount, unit).replace(/(?<=sec|min|hr)\./, "");
}
