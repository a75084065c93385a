import { html } from "lit";
import { formatDateTime, formatRelative, formatRemaining } from "../lib/format/date";

/** Renders a past time relative to now, with the exact time as a tooltip. A time after `now` is rendered as `now`. */
export const relativeTime = (time: number, now: number) =>
  html`<time data-tooltip=${formatDateTime(time)} datetime=${new Date(time).toISOString()}
    >${formatRelative(Math.min(time, now), now)}</time
  >`;

/** Renders a future time relative to now, with the exact time as a tooltip. */
export const remainingTime = (time: number, now: number) =>
  html`<time data-tooltip=${formatDateTime(time)} datetime=${new Date(time).toISOString()}
    >${formatRemaining(time, now)}</time
  >`;
