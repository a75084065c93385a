import { describe, expect, test } from "vitest";
import { extended, selectedShare } from "../src/state/selection.js";

const KEY = "ks_stag_7Qf3aB2kLm9X_secret";

describe("what was selected", () => {
  test("a_selection_that_holds_the_whole_key_is_whole", () => expect(selectedShare(KEY, KEY)).toBe("whole"));
  test("one_character_less_is_a_part", () => {
    expect(selectedShare(KEY.slice(1), KEY)).toBe("part");
    expect(selectedShare(KEY.slice(0, -1), KEY)).toBe("part");
  });
  test("nothing_is_nothing_also_when_the_key_has_gone", () => {
    expect(selectedShare("", KEY)).toBe("none");
    expect(selectedShare("x", "")).toBe("none");
  });
});

describe("Shift and an arrow", () => {
  test("moves_the_end_and_keeps_the_beginning", () => {
    expect(extended({ anchor: 2, focus: 5 }, "ArrowRight", 9)).toEqual({ anchor: 2, focus: 6 });
    expect(extended({ anchor: 2, focus: 2 }, "ArrowLeft", 9), "backwards too").toEqual({ anchor: 2, focus: 1 });
  });
  test("never_leaves_the_key", () => {
    expect(extended({ anchor: 0, focus: 9 }, "ArrowRight", 9)?.focus).toBe(9);
    expect(extended({ anchor: 4, focus: 0 }, "ArrowLeft", 9)?.focus).toBe(0);
    expect(extended({ anchor: 4, focus: 4 }, "End", 9)?.focus).toBe(9);
    expect(extended({ anchor: 4, focus: 4 }, "Home", 9)?.focus).toBe(0);
  });
  test("other_keys_are_left_alone", () => expect(extended({ anchor: 0, focus: 0 }, "Tab", 9)).toBeNull());
});
