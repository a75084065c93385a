import { expect, test } from "vitest";
import { formatCompactCount, formatDuration, formatSize } from "./number";

test.each([
  [999, "999"],
  [1_204_311, "1.2M"],
])("compact count of %d is %s", (count, text) => expect(formatCompactCount(count, "en")).toBe(text));

test.each([
  [1, "1 byte"],
  [999, "999 bytes"],
  [5120, "5.1 kB"],
  [2_500_000, "2.5 MB"],
])("size of %d bytes is %s", (bytes, text) => expect(formatSize(bytes, "en")).toBe(text));

test.each([
  [0.3, "<1 ms"],
  [3.4, "3 ms"],
  [1234, "1,234 ms"],
  [61_240, "61.2 s"],
])("duration of %d ms is %s", (milliseconds, text) => expect(formatDuration(milliseconds, "en")).toBe(text));
