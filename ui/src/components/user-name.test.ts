import type { TemplateResult } from "lit";
import { expect, test } from "vitest";
import { withNames } from "./user-name";

/** Returns the text of a sentence, with its names in brackets. */
const textOf = (pieces: unknown[]) =>
  pieces
    .map((piece) => (typeof piece === "string" ? piece : `[${(piece as TemplateResult).values.join("")}]`))
    .join("");

test("names in a sentence are isolated", () => {
  expect(textOf(withNames((name) => `Delete ${name}?`, "e"))).toBe("Delete [e]?");
  expect(textOf(withNames((first, second) => `${first}/${second}`, "Acme", "Acme"))).toBe("[Acme]/[Acme]");
  expect(textOf(withNames((key, store) => `Remove ${key} from ${store}?`, "שלום", "x"))).toBe("Remove [שלום] from [x]?");
});
