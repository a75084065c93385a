import { expect, test } from "vitest";
import type { KeyState } from "../host/types/KeyState";
import { strings } from "../strings";
import { isUsable } from "./key-state";

test("only active and disabled keys are usable", () => {
  const states = Object.keys(strings.keys.states) as KeyState[];
  expect(states.filter((state) => isUsable({ state }))).toEqual(["active", "disabled"]);
});
