import { describe, expect, test } from "vitest";
import { formatDate, formatMinute, formatPreciseTime, formatRelative, formatRemaining, formatSince, formatTime } from "./date";

const NOW = new Date(2026, 9, 20, 15, 0, 0).getTime();
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

const formatAge = (age: number) => formatRelative(NOW - age, NOW, "en-GB");

describe("time under 30 days is relative", () => {
  test.each([
    [0, "just now"],
    [9 * SECOND, "just now"],
    [12 * SECOND, "12 sec"],
    [2 * 60 * SECOND, "2 min"],
    [5 * HOUR, "5 h"],
    [26 * HOUR, "yesterday"],
    [29 * DAY, "29 days ago"],
  ])("%i ms ago", (age, text) => expect(formatAge(age)).toContain(text));

  test("yesterday starts six hours ago", () => {
    const morning = new Date(2026, 9, 20, 2, 0, 0).getTime();
    expect(formatRelative(morning - 4 * HOUR, morning, "en-GB")).toMatch(/^4 h/);
    expect(formatRelative(morning - 9 * HOUR, morning, "en-GB")).toBe("yesterday");
  });

  test("clock that was set back by seconds shows just now", () => expect(formatAge(-3 * SECOND)).toBe("just now"));

  test("American abbreviation has no period", () => {
    expect(formatRelative(NOW - 2 * 60 * SECOND, NOW, "en-US")).toBe("2 min ago");
  });
});

describe("time from 30 days on is a date", () => {
  test("date of this year has no year", () => {
    expect(formatAge(30 * DAY)).toBe(formatDate(NOW - 30 * DAY, NOW, "en-GB"));
    expect(formatAge(30 * DAY)).toMatch(/^20 Sept?$/);
  });

  test("date of another year has its year", () => expect(formatAge(300 * DAY)).toBe("24 Dec 2025"));
});

test("time of day includes seconds", () => {
  expect(formatTime(new Date(2026, 9, 20, 9, 5, 7).getTime(), "en-GB")).toBe("09:05:07");
});

test("time of day has 24 hours in every region", () => {
  const time = new Date(2026, 8, 3, 14, 5, 9, 42).getTime();
  expect(formatTime(time, "en-US")).toBe("14:05:09");
  expect(formatPreciseTime(time, "en-GB")).toMatch(/3 September 2026.*14:05:09\.042/);
});

test("start of a list has its day unless that is today", () => {
  const now = new Date(2026, 8, 3, 14, 5).getTime();
  expect(formatSince(new Date(2026, 8, 3, 9, 2).getTime(), now, "en-GB")).toBe("09:02");
  expect(formatSince(new Date(2026, 8, 1, 9, 2).getTime(), now, "en-GB")).toMatch(/^1 Sept?,? (at )?09:02$/);
});

test("remaining time includes its last minute", () => {
  expect(formatRemaining(NOW + 6 * DAY, NOW, "en-GB")).toBe("in 6 days");
  expect(formatRemaining(NOW + 5 * SECOND, NOW, "en-GB")).toBe("in less than a minute");
});

test("time of a sentence has its day and the minute", () => {
  expect(formatMinute(NOW, "en-GB")).toBe("20 October 2026 at 15:00");
});
