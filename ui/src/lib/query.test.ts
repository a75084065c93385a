import { describe, expect, test } from "vitest";
import { mergeParameters, NEW_PARAMETER, type Parameter, parseParameters, withParameters } from "./query";

const parameter = (name: string, value: string, isEnabled = true): Parameter => ({
  name,
  value,
  isEnabled,
  text: null,
});

const pairs = (parameters: Parameter[]) => parameters.map(({ name, value }) => [name, value]);

test.each([
  ["/products", []],
  ["/products?", []],
  ["/products?page=2&&flag", [["page", "2"], ["flag", ""]]],
  ["/search?q=desk+lamp%20gr%C3%BCn&sum=1%2B1", [["q", "desk lamp grün"], ["sum", "1+1"]]],
  ["/search?q=a=b?c", [["q", "a=b?c"]]],
  ["/search?q=100%", [["q", "100%"]]],
])("query is decoded: %s", (path, expected) => expect(pairs(parseParameters(path))).toEqual(expected));

describe("a path with other parameters", () => {
  test("names and values are encoded", () => {
    const hostile = [parameter("q", "desk lamp & grün?"), parameter("a/b", "1+1=2#%")];
    expect(withParameters("/search?old=1", hostile)).toBe(
      "/search?q=desk%20lamp%20%26%20gr%C3%BCn%3F&a%2Fb=1%2B1%3D2%23%25",
    );
    expect(withParameters("/", [parameter("a", "\uD800")]), "what cannot be encoded is replaced").toBe("/?a=%EF%BF%BD");
  });

  test("encoding and decoding are inverse", () => {
    const values = [parameter("ключ", "a b+c&d=e%2F"), parameter("", "only a value")];
    expect(pairs(parseParameters(withParameters("/", values)))).toEqual(pairs(values));
  });

  test("disabled and empty parameters are left out", () => {
    expect(withParameters("/a?x=1", [parameter("x", "1", false), NEW_PARAMETER])).toBe("/a");
  });

  test("parameter that was typed in the path stays as it was typed", () => {
    const [typed, ...rest] = parseParameters("/a?q=x+y&flag&z=/");
    expect(withParameters("/a", typed ? [typed, ...rest, parameter("n", "1")] : [])).toBe("/a?q=x+y&flag&z=/&n=1");
  });
});

describe("an edited path", () => {
  const before = [parameter("a", "1"), parameter("off", "x", false), parameter("b", "2"), NEW_PARAMETER];

  test("parameters outside of it stay where they were", () => {
    expect(pairs(mergeParameters(before, "/?a=3&b=4&c=5"))).toEqual([
      ["a", "3"],
      ["off", "x"],
      ["b", "4"],
      ["", ""],
      ["c", "5"],
    ]);
  });

  test("removed parameters are gone", () => {
    expect(pairs(mergeParameters(before, "/?b=2"))).toEqual([
      ["b", "2"],
      ["off", "x"],
      ["", ""],
    ]);
  });
});
