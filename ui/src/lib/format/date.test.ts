import { describe, expect, test } from "vitest";
import { formatDate, formatRelative, formatTime } from "./date";

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
