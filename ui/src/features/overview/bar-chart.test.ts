import { expect, test } from "vitest";
import { barPath, chartBars } from "./bar-chart";

test("bars fill the width and the busiest day fills the height", () => {
  const bars = chartBars([{ allowed: 0, denied: 0 }, { allowed: 30, denied: 10 }], 96, 42);
  expect(bars[0]).toEqual({ x: 0, width: 46, allowed: { y: 42, height: 0 }, denied: { y: 42, height: 0 } });
  expect(bars[1]).toEqual({ x: 50, width: 46, allowed: { y: 12, height: 30 }, denied: { y: 2, height: 10 } });
});

test("small day stays visible and no bar leaves the chart", () => {
  const bars = chartBars([{ allowed: 100_000, denied: 1 }, { allowed: 1, denied: 0 }], 100, 50);
  expect(bars[1]?.allowed.height).toBe(2);
  expect(bars[0]?.denied.y).toBeGreaterThanOrEqual(0);
});

test("path has only bars that are not empty", () => {
  expect(barPath([{ x: 0, width: 4, y: 9, height: 0 }])).toBe("");
  expect(barPath([{ x: 1, width: 4, y: 2, height: 8 }])).toBe("M1 2h4v8h-4z");
});
