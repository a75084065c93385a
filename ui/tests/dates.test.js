import { describe, expect, test } from "vitest";
import { clock, when } from "../src/state/dates.js";

const NOW = new Date(2026, 9, 20, 15, 0, 0).getTime();
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
/** @param {number} ago */
const written = (ago) => when(NOW - ago, NOW, "en-GB");

describe("a moment under 30 days is relative", () => {
  test.each([
    [0, "now"],
    [9 * SECOND, "now"],
    [12 * SECOND, "12 sec"],
    [2 * 60 * SECOND, "2 min"],
    [5 * HOUR, "5 hr"],
    [26 * HOUR, "yesterday"],
    [29 * DAY, "29 days ago"],
  ])("%i ms ago", (ago, text) => expect(written(ago)).toContain(text));

  test("late_yesterday_is_yesterday_and_a_few_hours_over_midnight_are_hours", () => {
    const morning = new Date(2026, 9, 20, 2, 0, 0).getTime();
    expect(when(morning - 4 * HOUR, morning, "en-GB"), "four hours are said as hours").toMatch(/4 hr/);
    expect(when(morning - 9 * HOUR, morning, "en-GB")).toBe("yesterday");
  });
  test("a_clock_set_back_a_little_writes_no_future", () => expect(written(-3 * SECOND)).toBe("now"));
});

describe("from 30 days on it is a date", () => {
  test("without_the_year_in_this_year", () => expect(written(30 * DAY)).toBe("20 Sept"));
  test("with_the_year_otherwise", () => expect(written(300 * DAY)).toBe("24 Dec 2025"));
});

test("what_happens_by_the_second_is_written_with_its_seconds", () => {
  expect(clock(new Date(2026, 9, 20, 9, 5, 7).getTime(), "en-GB")).toBe("09:05:07");
});
