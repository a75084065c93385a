import { describe, expect, test } from "vitest";
import { extendSelection, selectionCoverage } from "./selection";

const KEY = "ks_stag_7Qf3aB2kLm9X_secret";

describe("selection coverage", () => {
  test("whole key is whole", () => expect(selectionCoverage(KEY, KEY)).toBe("whole"));

  test("missing character makes a part", () => {
    expect(selectionCoverage(KEY.slice(1), KEY)).toBe("part");
    expect(selectionCoverage(KEY.slice(0, -1), KEY)).toBe("part");
  });

  test("empty selection is none", () => {
    expect(selectionCoverage("", KEY)).toBe("none");
    expect(selectionCoverage("x", "")).toBe("none");
  });
});

describe("Shift with an arrow key", () => {
  test("arrow moves the focus and keeps the anchor", () => {
    expect(extendSelection({ anchor: 2, focus: 5 }, "ArrowRight", 9)).toEqual({ anchor: 2, focus: 6 });
    expect(extendSelection({ anchor: 2, focus: 2 }, "ArrowLeft", 9), "backwards too").toEqual({ anchor: 2, focus: 1 });
  });

  test("arrow stops at the ends of the key", () => {
    expect(extendSelection({ anchor: 0, focus: 9 }, "ArrowRight", 9)?.focus).toBe(9);
    expect(extendSelection({ anchor: 4, focus: 0 }, "ArrowLeft", 9)?.focus).toBe(0);
    expect(extendSelection({ anchor: 4, focus: 4 }, "End", 9)?.focus).toBe(9);
    expect(extendSelection({ anchor: 4, focus: 4 }, "Home", 9)?.focus).toBe(0);
  });

  test("other key is ignored", () => expect(extendSelection({ anchor: 0, focus: 0 }, "Tab", 9)).toBeNull());
});
