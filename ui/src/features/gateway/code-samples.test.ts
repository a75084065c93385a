import { expect, test } from "vitest";
import { keyHeader } from "../../lib/key-header";
import { codeSample, LANGUAGES } from "./code-samples";

const url = "http://127.0.0.1:7420/products";

test.each(LANGUAGES)("sample sends the key of API_KEY to the URL: %s", (language) => {
  const text = codeSample(language, { url, header: keyHeader({ kind: "header", name: "X-Acme-Key" }) });
  expect(text).toContain(`"${url}"`);
  expect(text).toContain("X-Acme-Key");
  expect(text).toContain("API_KEY");
  expect(text.endsWith("\n")).toBe(true);
});

test.each(LANGUAGES)("sample writes Bearer before the key: %s", (language) => {
  const text = codeSample(language, { url, header: keyHeader({ kind: "bearer" }) });
  expect(text).toMatch(/Authorization.*Bearer /);
});
