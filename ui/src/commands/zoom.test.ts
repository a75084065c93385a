import { expect, test } from "vitest";
import { nextZoom, zoomStepFor } from "./zoom";

const press = { key: "+", code: "Equal", ctrlKey: true, metaKey: false, altKey: false };

test("Ctrl or Cmd with plus, minus and 0 zoom", () => {
  expect(zoomStepFor(press)).toBe("in");
  expect(zoomStepFor({ ...press, ctrlKey: false, metaKey: true })).toBe("in");
  expect(zoomStepFor({ ...press, key: "=" })).toBe("in");
  expect(zoomStepFor({ ...press, code: "NumpadAdd" })).toBe("in");
  expect(zoomStepFor({ ...press, key: "-", code: "Minus" })).toBe("out");
  expect(zoomStepFor({ ...press, key: "0", code: "Digit0" })).toBe("reset");
});

test("keys without Ctrl and with Alt do not zoom", () => {
  expect(zoomStepFor({ ...press, ctrlKey: false })).toBeNull();
  expect(zoomStepFor({ ...press, altKey: true })).toBeNull();
  expect(zoomStepFor({ ...press, key: "p", code: "KeyP" })).toBeNull();
});

test("zoom follows the signs of other layouts", () => {
  expect(zoomStepFor({ ...press, code: "BracketRight" })).toBe("in"); // German
  expect(zoomStepFor({ ...press, key: "ß", code: "Minus" })).toBeNull(); // German
  expect(zoomStepFor({ ...press, key: "-", code: "Slash" })).toBe("out"); // German
  expect(zoomStepFor({ ...press, key: "à", code: "Digit0" })).toBe("reset"); // French
  expect(zoomStepFor({ ...press, key: "Insert", code: "Numpad0" })).toBeNull(); // Copy, without Num Lock
});

test("zoom goes to the following level and ends at the last", () => {
  expect(nextZoom(100, "in")).toBe(110);
  expect(nextZoom(100, "out")).toBe(90);
  expect(nextZoom(120, "in")).toBe(125);
  expect(nextZoom(120, "out")).toBe(110);
  expect(nextZoom(200, "in")).toBe(200);
  expect(nextZoom(80, "out")).toBe(80);
  expect(nextZoom(60, "out")).toBe(60);
  expect(nextZoom(175, "reset")).toBe(100);
});
