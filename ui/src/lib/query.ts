/** The query of a path as a list of parameters. One that is switched off or empty is kept, but not in the path. */

/** A row of a table of names and values. */
export interface Pair {
  name: string;
  value: string;
  /** Whether it is sent. */
  isEnabled: boolean;
}

export interface Parameter extends Pair {
  /** How it was written in the path; null if it was edited outside of it. */
  text: string | null;
}

export const NEW_PARAMETER: Readonly<Parameter> = { name: "", value: "", isEnabled: true, text: null };

export const isInPath = ({ name, value, isEnabled }: Parameter): boolean => isEnabled && (name !== "" || value !== "");

export function parseParameters(path: string): Parameter[] {
  const [sent = ""] = path.split("#"); // a fragment is never sent
  const start = sent.indexOf("?");
  const parts = start === -1 ? [] : sent.slice(start + 1).split("&");
  return parts.filter(Boolean).map((text) => {
    const [name = "", ...values] = text.split("=");
    return { name: decode(name), value: decode(values.join("=")), isEnabled: true, text };
  });
}

/** Returns the parameters of a path that was edited. Those that were not in it stay where they were. */
export function mergeParameters(before: readonly Parameter[], path: string): Parameter[] {
  const parsed = parseParameters(path);
  const merged = before.flatMap((parameter) => (isInPath(parameter) ? parsed.splice(0, 1) : [parameter]));
  return [...merged, ...parsed];
}

/** Returns the path with another query. */
export function withParameters(path: string, parameters: readonly Parameter[]): string {
  const base = path.replace(/\?.*$/s, "");
  const query = parameters
    .filter(isInPath)
    .map(({ name, value, text }) => text ?? `${encode(name)}=${encode(value)}`)
    .join("&");
  return query === "" ? base : `${base}?${query}`;
}

/** A lone surrogate cannot be encoded. */
const encode = (text: string): string => encodeURIComponent(text.replace(/\p{Cs}/gu, "\uFFFD"));

/** As forms are decoded, where `+` is a space. An invalid escape is kept as it is. */
function decode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
