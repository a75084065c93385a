import { expect, test } from "vitest";
import { dateTimeFormat, englishLocale } from "./intl";

const noon = new Date(2026, 2, 24, 15, 4).getTime();
const formatted = (locale: string, options: Intl.DateTimeFormatOptions) =>
  dateTimeFormat(englishLocale(locale), options).format(noon);

test("month is English in a German region", () => {
  expect(formatted("de-DE", { day: "numeric", month: "long" })).toBe("24 March");
});

test.each([
  ["de-DE", "15:04"],
  ["pt-BR", "15:04"],
  ["tr", "15:04"],
])("clock of %s has 24 hours", (locale, text) => {
  expect(formatted(locale, { hour: "2-digit", minute: "2-digit" })).toBe(text);
});

test("day comes first in a region without English formats", () => {
  expect(formatted("fr-FR", { day: "numeric", month: "long" })).toBe("24 March");
  expect(formatted("pt-BR", { day: "numeric", month: "long" })).toBe("24 March");
});

test.each(["en-US", "en-GB", "en"])("English locale is kept: %s", (locale) => {
  expect(englishLocale(locale)).toBe(locale);
});
