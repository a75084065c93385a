import { expect, test } from "vitest";
import { compactRequestCounts, requestCounts } from "./request-counts";

test("compact request counts are rounded", () => {
  const busy = { allowed: 1_204_311, denied: 312 };
  expect(requestCounts(busy)).toMatch(/^1.204.311 allowed · 312 denied$/);
  expect(compactRequestCounts(busy)).toMatch(/^1.2\s?M allowed · 312 denied$/);
});
