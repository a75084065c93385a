/** The validation of the demo host: enough of Rust's errors to see every message in a browser. */
import { CommandError } from "../src/host/command-error";
import type { KeyLocation } from "../src/host/types/KeyLocation";
import type { RouteRule } from "../src/host/types/RouteRule";
import type { Stage } from "../src/host/types/Stage";
import type { UnusedRule } from "../src/host/types/UnusedRule";

/** Returns the name as it is stored. */
export function checkName(name: string, field: string, taken: string[]): string {
  const trimmed = name.trim().normalize("NFC");
  if (trimmed === "") throw new CommandError("name_empty", "A name is needed.", "Enter 1 to 80 characters.", field);
  if (trimmed.length > 80) {
    throw new CommandError("name_too_long", "This name is too long.", "Use at most 80 characters.", field);
  }
  if (taken.some((other) => other.toLowerCase() === trimmed.toLowerCase())) {
    throw new CommandError("name_taken", `“${trimmed}” is taken.`, "Choose another name.", field);
  }
  return trimmed;
}

/** Returns the stage that a name or a prefix names. */
export function namedStage(text: string): Stage | null {
  if (/prod|live/i.test(text)) return "production";
  if (/stag|test|qa|uat/i.test(text)) return "staging";
  return /dev/i.test(text) ? "development" : null;
}

export const guessStage = (name: string): Stage => namedStage(name) ?? "development";

export function defaultPrefix(name: string): string {
  const word = name.toLowerCase().match(/[a-z0-9]{2,8}/)?.[0];
  return `ks_${word ?? "dev"}`;
}

export function checkEndpoint(endpoint: string | null): void {
  if (!endpoint || URL.canParse(endpoint)) return;
  throw new CommandError("invalid_endpoint", "Invalid URL.", "Use a URL such as https://api.example.com.", "endpoint");
}

export function checkKeyLocation(location: KeyLocation | null): void {
  if (location?.kind !== "header") return;
  const invalid = (message: string, advice: string) =>
    new CommandError("invalid_key_location", message, advice, "keyLocation");
  if (!/^[a-z0-9-]+$/i.test(location.name)) {
    throw invalid("Invalid header name.", "Use letters, digits, and -, for example X-Acme-Key.");
  }
  if (/^(authorization|cookie|host|x-forwarded|x-keystile-)/i.test(location.name)) {
    throw invalid("This header is reserved.", "Use one such as X-Acme-Key.");
  }
}

export function prefixProblem(prefix: string, taken: string[]): string | null {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(prefix) || prefix.length < 2 || prefix.length > 20) {
    return "2 to 20 lower-case letters and digits, beginning with a letter; words joined by _.";
  }
  return taken.includes(prefix) ? "Another environment uses this prefix." : null;
}

export function checkConfirmation(name: string, confirmation: string | null): void {
  if (confirmation?.trim() !== name) {
    throw new CommandError("name_required", "The name does not match.", `Type ${name} to confirm.`, "confirmation");
  }
}

/** Finds only rules whose path an earlier rule repeats or covers with a wildcard, for any method. */
export function unusedRules(rules: RouteRule[]): UnusedRule[] {
  return rules.flatMap(({ path }, index) => {
    const covers = (other: RouteRule) =>
      other.method === null &&
      (other.path === path || (other.path.endsWith("/*") && `${path}/`.startsWith(other.path.slice(0, -1))));
    const coveredBy = rules.slice(0, index).findIndex(covers);
    return coveredBy === -1 ? [] : [{ index, coveredBy }];
  });
}

export function checkRouteRules(rules: RouteRule[]): void {
  for (const [index, { path }] of rules.entries()) {
    if (!/^\/[\w\-./~!$&'()+,=:@]*\*?$/.test(path) || /[^/]\*$/.test(path)) {
      const advice = "Begin with /, and end with /* to match everything below.";
      throw new CommandError("invalid_route_rule", "Invalid path.", advice, `rules.${index}`);
    }
  }
}
