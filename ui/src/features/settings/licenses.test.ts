import { expect, test } from "vitest";
import { filterPackages, loadLicenses, readLicenses } from "./licenses";

const file = {
  packages: [
    { name: "lit", version: "3.3.3", license: "BSD-3-Clause", source: "npm", texts: [1] },
    { name: "tokio", version: "1.0.0", license: "MIT", source: "crate", texts: [0] },
    { name: "tokio", version: "2.0.0", license: "MIT", source: "crate", texts: [0, 1] },
  ],
  texts: ["MIT License", "BSD License"],
};

test("packages have the texts of their licenses and different keys", () => {
  const { packages } = readLicenses(file);
  expect(packages.map(({ texts }) => texts)).toEqual([["BSD License"], ["MIT License"], ["MIT License", "BSD License"]]);
  expect(new Set(packages.map(({ key }) => key)).size).toBe(3);
});

test("search finds names and licenses in any case", () => {
  const { packages } = readLicenses(file);
  const names = (search: string) => filterPackages(packages, search).map(({ name, version }) => `${name} ${version}`);
  expect(names(" TOKIO ")).toEqual(["tokio 1.0.0", "tokio 2.0.0"]);
  expect(names("bsd")).toEqual(["lit 3.3.3"]);
  expect(names("")).toHaveLength(3);
  expect(names("nothing")).toEqual([]);
});

test("every package of the shipped list has a license with its text", async () => {
  const { packages } = await loadLicenses();
  expect(packages.length).toBeGreaterThan(100);
  const incomplete = packages.filter(
    ({ license, texts }) => license === "" || texts.length === 0 || texts.some((text) => text.length < 200),
  );
  const keys = incomplete.map(({ key }) => key);
  expect(keys, "no text of a license is shorter").toEqual([]);
});
