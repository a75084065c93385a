import { expect, test } from "vitest";
import type { KeyState } from "../../host/types/KeyState";
import { isUsable, KEY_STATE_TONES } from "./key-state";

test("only active and disabled keys are usable", () => {
  const states = Object.keys(KEY_STATE_TONES) as KeyState[];
  expect(states.filter((state) => isUsable({ state }))).toEqual(["active", "disabled"]);
});
