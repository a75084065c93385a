/** The choices for the expiry of a key, within the limits of its environment. */
import type { Environment } from "../../host/types/Environment";
import type { Expiry } from "../../host/types/Expiry";

/** A number stands for days. */
export type ExpiryChoice = "unchanged" | "never" | "date" | `${number}`;

/** What is entered. The date is kept while another choice is selected. */
export interface ExpiryDraft {
  choice: ExpiryChoice;
  date: string;
}

type Lifetimes = Pick<Environment, "defaultDays" | "maxDays">;

const DAY_MS = 24 * 3_600_000;
const OFFERED_DAYS = [7, 30, 90];
const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2}))?$/;

/** Returns the choices: never, if the environment allows it, then days and a date. */
export function expiryChoices({ defaultDays, maxDays }: Lifetimes): ExpiryChoice[] {
  const usual = defaultDays ?? maxDays;
  const days = [...new Set([...OFFERED_DAYS, ...(usual === null ? [] : [usual])])]
    .filter((count) => maxDays === null || count <= maxDays)
    .toSorted((a, b) => a - b);
  return [...(maxDays === null ? ["never" as const] : []), ...days.map((count) => `${count}` as const), "date"];
}

/** Returns the choice that is the default of the environment. */
export function defaultChoice({ defaultDays, maxDays }: Lifetimes): ExpiryChoice {
  const days = defaultDays ?? maxDays;
  return days === null ? "never" : `${days}`;
}

/** Returns the first choice for a new expiry of a key that has one: the default, or about a month. */
export function extensionChoice(environment: Lifetimes): ExpiryChoice {
  const choice = defaultChoice(environment);
  return choice === "never" ? "30" : choice;
}

/** Returns the chosen expiry; null if the date is none, or if nothing shall change. */
export function chosenExpiry({ choice, date }: ExpiryDraft): Expiry | null {
  if (choice === "unchanged") return null;
  if (choice === "never") return { kind: "never" };
  if (choice !== "date") return { kind: "days", days: Number(choice) };
  const at = parseDate(date);
  return at === null ? null : { kind: "at", at };
}

/** Returns the time of an expiry; null for never. */
export function expiryTime(expiry: Expiry, { defaultDays, maxDays }: Lifetimes, now: number): number | null {
  if (expiry.kind === "at") return expiry.at;
  const days = expiry.kind === "days" ? expiry.days : expiry.kind === "default" ? (defaultDays ?? maxDays) : null;
  return days === null ? null : now + days * DAY_MS;
}

/** Returns a time of a day in the system's time zone, by default its last minute; null if the text is none. */
export function parseDate(text: string): number | null {
  const [, year, month, day, hour = "23", minute = "59"] = DATE.exec(text.trim()) ?? [];
  if (year === undefined) return null;
  const fields = [year, month, day, hour, minute].map(Number) as [number, number, number, number, number];
  const time = new Date(fields[0], fields[1] - 1, fields[2], fields[3], fields[4]);
  const isReal = time.getMonth() === fields[1] - 1 && time.getDate() === fields[2] && fields[3] < 24 && fields[4] < 60;
  return isReal ? time.getTime() : null;
}
