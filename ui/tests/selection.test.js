import { describe, expect, test } from "vitest";
import { extended, selectedShare } from "../src/state/selection.js";

const KEY = "ks_stag_7Qf3aB2kLm9X_secret";

describe("the selected share", () => {
  test("whole_key_is_whole", () => expect(selectedShare(KEY, KEY)).toBe("whole"));
  test("missing_character_makes_a_part", () => {
    expect(selectedShare(KEY.slice(1), KEY)).toBe("part");
    expect(selectedShare(KEY.slice(0, -1), KEY)).toBe("part");
  });
  test("empty_selection_is_none", () => {
    expect(selectedShare("", KEY)).toBe("none");
    expect(selectedShare("x", "")).toBe("none");
  });
});

describe("Shift and an arrow", () => {
  test("arrow_moves_the_focus_and_keeps_the_anchor", () => {
    expect(extended({ anchor: 2, focus: 5 }, "ArrowRight", 9)).toEqual({ anchor: 2, focus: 6 });
    expect(extended({ anchor: 2, focus: 2 }, "ArrowLeft", 9), "backwards too").toEqual({ anchor: 2, focus: 1 });
  });
  test("arrow_stops_at_the_ends_of_the_key", () => {
    expect(extended({ anchor: 0, focus: 9 }, "ArrowRight", 9)?.focus).toBe(9);
    expect(extended({ anchor: 4, focus: 0 }, "ArrowLeft", 9)?.focus).toBe(0);
    expect(extended({ anchor: 4, focus: 4 }, "End", 9)?.focus).toBe(9);
    expect(extended({ anchor: 4, focus: 4 }, "Home", 9)?.focus).toBe(0);
  });
  test("other_key_is_ignored", () => expect(extended({ anchor: 0, focus: 0 }, "Tab", 9)).toBeNull());
});
