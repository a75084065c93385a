import { describe, expect, test } from "vitest";
import { clock, when } from "../src/state/dates.js";

const NOW = new Date(2026, 9, 20, 15, 0, 0).getTime();
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
/** @param {number} ago */
const written = (ago) => when(NOW - ago, NOW, "en-GB");

describe("time under 30 days is relative", () => {
  test.each([
    [0, "just now"],
    [9 * SECOND, "just now"],
    [12 * SECOND, "12 sec"],
    [2 * 60 * SECOND, "2 min"],
    [5 * HOUR, "5 hr"],
    [26 * HOUR, "yesterday"],
    [29 * DAY, "29 days ago"],
  ])("%i ms ago", (ago, text) => expect(written(ago)).toContain(text));

  test("yesterday_starts_six_hours_ago", () => {
    const morning = new Date(2026, 9, 20, 2, 0, 0).getTime();
    expect(when(morning - 4 * HOUR, morning, "en-GB"), "four hours ago is not yet yesterday").toMatch(/4 hr/);
    expect(when(morning - 9 * HOUR, morning, "en-GB")).toBe("yesterday");
  });
  test("clock_set_back_by_seconds_shows_just_now", () => expect(written(-3 * SECOND)).toBe("just now"));
  test("american_english_abbreviates_without_a_period", () => {
    expect(when(NOW - 2 * 60 * SECOND, NOW, "en-US")).toBe("2 min ago");
  });
});

describe("time from 30 days on is a date", () => {
  test("date_of_this_year_has_no_year", () => expect(written(30 * DAY)).toBe("20 Sept"));
  test("date_of_another_year_has_its_year", () => expect(written(300 * DAY)).toBe("24 Dec 2025"));
});

test("clock_includes_seconds", () => {
  expect(clock(new Date(2026, 9, 20, 9, 5, 7).getTime(), "en-GB")).toBe("09:05:07");
});
