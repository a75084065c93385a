/** The lifetimes of new keys as they are entered: a choice of a list, or a number of days. */
import type { EnvironmentChanges } from "../../host/types/EnvironmentChanges";

/** A number stands for days of the list; `other` for those in the text field. */
export type LifetimeChoice = "none" | "other" | `${number}`;

export interface LifetimeDraft {
  choice: LifetimeChoice;
  /** Kept while another choice is selected. */
  days: string;
}

export interface LifetimeDrafts {
  defaultDays: LifetimeDraft;
  maxDays: LifetimeDraft;
}

export const DEFAULT_CHOICES: readonly LifetimeChoice[] = ["none", "7", "30", "90", "other"];
export const MAX_CHOICES: readonly LifetimeChoice[] = ["none", "other"];

/** Returns the draft for stored days, which may not be in the list. */
export function lifetimeDraft(days: number | null, choices: readonly LifetimeChoice[]): LifetimeDraft {
  if (days === null) return { choice: "none", days: "" };
  const choice = `${days}` as const;
  return { choice: choices.includes(choice) ? choice : "other", days: choice };
}

/** Returns the days, which Rust validates; null for none, and 0 for a text that is no number. */
export function lifetimeDays({ choice, days }: LifetimeDraft): number | null {
  if (choice === "none") return null;
  const text = choice === "other" ? days.trim() : choice;
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

export const lifetimes = ({
  defaultDays,
  maxDays,
}: LifetimeDrafts): Required<Pick<EnvironmentChanges, "defaultDays" | "maxDays">> => ({
  defaultDays: lifetimeDays(defaultDays),
  maxDays: lifetimeDays(maxDays),
});
