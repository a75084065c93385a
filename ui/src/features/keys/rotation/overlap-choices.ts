/** The choices for how long the old secret of a rotated key works. */

/** A number stands for hours. */
export type OverlapChoice = "custom" | `${number}`;

/** What is entered. The hours are kept while another choice is selected. */
export interface OverlapDraft {
  choice: OverlapChoice;
  hours: string;
}

const HOUR_SECONDS = 3600;

export const MAX_OVERLAP_HOURS = 90 * 24;

export const OVERLAP_CHOICES: readonly OverlapChoice[] = ["0", "1", "24", "168", "custom"];

export const DEFAULT_OVERLAP: OverlapDraft = { choice: "24", hours: "" };

/** Returns the overlap in seconds; null if the entered hours are not a whole number within the limits. */
export function overlapSeconds({ choice, hours }: OverlapDraft): number | null {
  if (choice !== "custom") return Number(choice) * HOUR_SECONDS;
  const text = hours.trim();
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= MAX_OVERLAP_HOURS ? count * HOUR_SECONDS : null;
}
