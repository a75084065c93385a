/** The packages in Keystile and the texts of their licenses, which `cargo xtask licenses` writes. */

/** The content of `licenses.json`. */
interface LicensesFile {
  packages: { name: string; version: string; license: string; source: string; texts: number[] }[];
  texts: string[];
}

export interface LicensedPackage {
  /** Differs between two packages of the same name. */
  key: string;
  name: string;
  version: string;
  /** An SPDX expression. */
  license: string;
  texts: string[];
}

export interface Licenses {
  packages: LicensedPackage[];
}

export async function loadLicenses(): Promise<Licenses> {
  const { default: file } = (await import("./licenses.json")) as { default: LicensesFile };
  return readLicenses(file);
}

export const readLicenses = ({ packages, texts }: LicensesFile): Licenses => ({
  packages: packages.map(({ name, version, license, source, texts: indexes }) => ({
    key: `${source} ${name} ${version}`,
    name,
    version,
    license,
    texts: indexes.map((index) => texts[index] ?? ""),
  })),
});

/** Returns the packages whose name or license contains the text. */
export function filterPackages(packages: LicensedPackage[], search: string): LicensedPackage[] {
  const text = search.trim().toLowerCase();
  return packages.filter(({ name, license }) => `${name} ${license}`.toLowerCase().includes(text));
}
