import { expect, test, vi } from "vitest";
import type { Host } from "../host/host";
import { Activity, ACTIVITY_DAYS, usageByDay } from "./activity";

const HOUR = 3_600_000;
const NOON = new Date(2026, 10, 30, 12).getTime();
const midnight = (daysAgo: number) => new Date(2026, 10, 30 - daysAgo).getTime();

test("hours are added up by local day, today last", () => {
  const days = usageByDay(
    [
      { hour: midnight(ACTIVITY_DAYS - 1) - HOUR, allowed: 100, denied: 100 },
      { hour: midnight(ACTIVITY_DAYS - 1), allowed: 1, denied: 0 },
      { hour: midnight(1) + 23 * HOUR, allowed: 2, denied: 1 },
      { hour: midnight(0), allowed: 3, denied: 0 },
      { hour: midnight(0) + 11 * HOUR, allowed: 4, denied: 5 },
    ],
    NOON,
  );
  expect(days).toHaveLength(ACTIVITY_DAYS);
  expect(days[0]).toEqual({ day: midnight(ACTIVITY_DAYS - 1), allowed: 1, denied: 0 });
  expect(days.at(-2)).toEqual({ day: midnight(1), allowed: 2, denied: 1 });
  expect(days.at(-1)).toEqual({ day: midnight(0), allowed: 7, denied: 5 });
});

test("activity is read since the first day and failures are kept until the next success", async () => {
  const environmentActivity = vi.fn<Host["environmentActivity"]>(() => Promise.reject(new Error("busy")));
  const activity = new Activity({ environmentActivity }, () => NOON);
  await activity.read("e");
  expect(environmentActivity).toHaveBeenCalledWith({ environmentId: "e", since: midnight(ACTIVITY_DAYS - 1) });
  expect(activity.failures.has("e")).toBe(true);
  environmentActivity.mockResolvedValue({
    hours: [{ hour: midnight(0), allowed: 1, denied: 2 }],
    idleKeys: [],
    idleKeyCount: 0,
  });
  await activity.read("e");
  expect(activity.failures.has("e")).toBe(false);
  expect(activity.days("e").at(-1)).toMatchObject({ allowed: 1, denied: 2 });
  activity.forget("e");
  expect(activity.byEnvironment.size).toBe(0);
});
