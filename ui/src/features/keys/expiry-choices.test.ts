import { expect, test } from "vitest";
import {
  chosenExpiry,
  defaultChoice,
  type ExpiryChoice,
  expiryChoices,
  expiryTime,
  extensionChoice,
  parseDate,
} from "./expiry-choices";

const DAY = 24 * 3_600_000;
const UNLIMITED = { defaultDays: null, maxDays: null };

const chosen = (choice: ExpiryChoice, date = "") => chosenExpiry({ choice, date });

test("choices without limits are never, days, and a date", () => {
  expect(expiryChoices(UNLIMITED)).toEqual(["never", "7", "30", "90", "date"]);
  expect(defaultChoice(UNLIMITED)).toBe("never");
});

test("default of the environment is one of the choices, once", () => {
  expect(expiryChoices({ defaultDays: 45, maxDays: null })).toEqual(["never", "7", "30", "45", "90", "date"]);
  expect(expiryChoices({ defaultDays: 90, maxDays: null })).toEqual(["never", "7", "30", "90", "date"]);
  expect(defaultChoice({ defaultDays: 45, maxDays: null })).toBe("45");
});

test("maximum lifetime removes never and longer times, and is the default if there is none", () => {
  const limited = { defaultDays: null, maxDays: 60 };
  expect(expiryChoices(limited)).toEqual(["7", "30", "60", "date"]);
  expect(defaultChoice(limited)).toBe("60");
});

test("extension begins with the default, or with a month", () => {
  expect(extensionChoice(UNLIMITED)).toBe("30");
  expect(extensionChoice({ defaultDays: 7, maxDays: null })).toBe("7");
});

test("choice becomes an expiry", () => {
  expect(chosen("never")).toEqual({ kind: "never" });
  expect(chosen("30")).toEqual({ kind: "days", days: 30 });
  expect(chosen("date", "2027-03-01")).toEqual({ kind: "at", at: new Date(2027, 2, 1, 23, 59).getTime() });
  expect(chosen("date", "soon"), "no date").toBeNull();
  expect(chosen("unchanged"), "nothing changes").toBeNull();
});

test("time of an expiry is known in advance", () => {
  expect(expiryTime({ kind: "days", days: 7 }, UNLIMITED, 5)).toBe(5 + 7 * DAY);
  expect(expiryTime({ kind: "default" }, UNLIMITED, 5)).toBeNull();
  expect(expiryTime({ kind: "default" }, { defaultDays: null, maxDays: 60 }, 5)).toBe(5 + 60 * DAY);
  expect(expiryTime({ kind: "at", at: 9 }, UNLIMITED, 5)).toBe(9);
  expect(expiryTime({ kind: "never" }, UNLIMITED, 5)).toBeNull();
});

test("date may have a time, and must exist", () => {
  expect(parseDate(" 2027-3-1 08:05 ")).toBe(new Date(2027, 2, 1, 8, 5).getTime());
  const invalid = ["", "2027-02-30", "2027-13-01", "2027-03-01 25:00", "01.03.2027"];
  expect(invalid.map((text) => parseDate(text))).toEqual(invalid.map(() => null));
});
